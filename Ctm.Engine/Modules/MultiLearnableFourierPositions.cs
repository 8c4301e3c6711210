using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// Learnable Fourier features at several length scales, from gamma 1 down to 0.1 in even steps, summed with the softmax of
/// <c>combination</c> (models/modules.py). Parameters of the scales are <c>embedders.0</c> and so on.
/// </summary>
public sealed class MultiLearnableFourierPositions : PositionalEmbedding
{
    private const double Widest = 1, Narrowest = 0.1;
    private readonly Parameter combination;
    private readonly LearnableFourierPositions[] scales;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="channels">Channels of the feature map.</param>
    /// <param name="features">Number of Fourier features of each scale, an even one.</param>
    /// <param name="hiddenWidth">Outputs of the first layer of each scale, an even number.</param>
    /// <param name="count">Number of scales.</param>
    public MultiLearnableFourierPositions(ParameterSet set, int channels, int features = 256, int hiddenWidth = 128, int count = 10)
    {
        combination = set.Add("positional_embedding.combination", [count], Initializer.Constant(1f));
        scales = new LearnableFourierPositions[count];
        for (int i = 0; i < count; i++)
        {
            double gamma = Widest + (i * (Narrowest - Widest) / Math.Max(1, count - 1));
            scales[i] = new LearnableFourierPositions(
                set, channels, features, hiddenWidth, gamma, $"positional_embedding.embedders.{i}.");
        }
    }

    /// <inheritdoc/>
    public override Tensor Vectors(Tape tape, int height, int width)
    {
        // The scales are taken for ticks: what they make then lies side by side in one slab, as the mixture wants it.
        Tensor vectors = null!;
        tape.BeginRecurrence(scales.Length);
        for (int i = 0; i < scales.Length; i++)
        {
            tape.BeginTick(i);
            vectors = scales[i].Vectors(tape, height, width);
        }

        tape.EndRecurrence();
        return tape.Mix(combination, tape.AllTicks(vectors));
    }
}
