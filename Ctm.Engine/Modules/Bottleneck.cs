using Ctm.Engine.Autograd;
using Ctm.Kernels.Bottleneck;
using Ctm.Kernels.Normalization;

namespace Ctm.Engine.Modules;

/// <summary>
/// The narrowest level of the synapse model's U-Net in one launch: down, LayerNorm and SiLU, up, and the normalisations around the skip.
/// Backward, its layers stand for themselves.
/// </summary>
/// <param name="down">The layer in, from the width to few values.</param>
/// <param name="norm">The normalisation behind it, with SiLU.</param>
/// <param name="up">The layer out.</param>
/// <param name="join">The normalisations around the skip.</param>
internal sealed class Bottleneck(Linear down, LayerNorm norm, Linear up, SkipNorm join)
{
    /// <summary>Applies it.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [rows, width]; the skip too.</param>
    /// <returns>Shape [rows, width].</returns>
    public Tensor Forward(Tape tape, Tensor input)
    {
        int rows = input.Rows;
        Tensor squeezed = tape.New(rows, down.Outputs), narrow = tape.New(rows, down.Outputs);
        Tensor statistics = tape.New(rows, 2, needsGradient: false);
        Tensor widened = tape.New(rows, up.Outputs), output = tape.New(rows, up.Outputs);
        down.Record(tape, input, squeezed);
        norm.Record(tape, squeezed, narrow, statistics);
        up.Record(tape, narrow, widened);
        SkipNormParameters norms = join.Record(tape, widened, input, output);
        tape.Device.Bottleneck.Forward(
            input.Data,
            new BottleneckDown(
                down.Weight.View, down.Bias, norm.Weight.Data, norm.Bias.Data, squeezed.Data, statistics.Data, narrow.Data),
            new BottleneckUp(up.Weight.View, up.Bias, widened.Data, norms),
            output.Data,
            rows,
            down.Inputs,
            down.Outputs);
        return output;
    }
}
