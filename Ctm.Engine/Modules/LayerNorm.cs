using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Engine.Modules;

/// <summary>Layer normalisation over the columns, eps 1e-5, with SiLU behind it where asked.</summary>
public sealed class LayerNorm : IDeferred
{
    private readonly Parameter weight, bias;
    private readonly NormalizationActivation activation;
    private readonly SlabRuns runs = new();

    /// <summary>A layer with parameters <c>name.weight</c> and <c>name.bias</c>.</summary>
    public LayerNorm(ParameterSet set, string name, int width, NormalizationActivation activation = NormalizationActivation.None)
    {
        weight = set.Add(name + ".weight", [width], Initializer.Constant(1f));
        bias = set.Add(name + ".bias", [width], Initializer.Constant(0f));
        this.activation = activation;
        Width = width;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    internal Parameter Weight => weight;

    internal Parameter Bias => bias;

    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [rows, width].</param>
    /// <returns>Shape [rows, width].</returns>
    public Tensor Forward(Tape tape, Tensor input)
    {
        Tensor output = tape.New(input.Rows, Width), statistics = tape.New(input.Rows, 2, needsGradient: false);
        tape.Device.Normalization.LayerNormForward(
            input.Data, default, weight.Data, bias.Data, output.Data, statistics.Data, input.Rows, Width, activation);
        Record(tape, input, output, statistics);
        return output;
    }

    /// <summary>Has the backward pass lead the output's gradient back to the input and the parameters.</summary>
    internal void Record(Tape tape, Tensor input, Tensor output, Tensor statistics)
    {
        if (tape.Recording)
        {
            var node = tape.Record<LayerNormNode>();
            node.Layer = this;
            node.Input = input;
            node.Output = output;
            node.Statistics = statistics;
            node.Repeats = tape.InRecurrence;
        }
    }

    void IDeferred.Flush(Tape tape)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            SlabRuns.Run run = runs[i];
            AddParameterGradients(tape, run.Rows, run.A, run.B, run.C);
        }

        runs.Clear();
    }

    /// <summary>Adds to the parameters' gradients, for all ticks of a segment at once in a recurrence.</summary>
    internal void AddParameterGradients(Tape tape, Tensor input, DeviceView<float> outputGradient, Tensor statistics, bool repeats)
    {
        if (repeats)
        {
            tape.Defer(this);
            runs.Add(input.Rows, input.Data, outputGradient, statistics.Data);
        }
        else
        {
            AddParameterGradients(tape, input.Rows, input.Data, outputGradient, statistics.Data);
        }
    }

    private void AddParameterGradients(
        Tape tape, int rows, DeviceView<float> input, DeviceView<float> outputGradient, DeviceView<float> statistics) =>
        tape.Device.Normalization.LayerNormBackwardParameters(
            input, default, weight.Data, bias.Data, statistics, outputGradient, weight.Gradient, bias.Gradient, rows, Width, activation);

    private void Backward(Tape tape, LayerNormNode node)
    {
        Tensor input = node.Input!, output = node.Output!, statistics = node.Statistics!;
        if (!output.HasGradient)
        {
            return;
        }

        if (input.NeedsGradient)
        {
            tape.Device.Normalization.LayerNormBackwardInput(
                input.Data,
                default,
                weight.Data,
                bias.Data,
                statistics.Data,
                output.Gradient,
                tape.Target(input),
                input.Rows,
                Width,
                activation);
            tape.Deliver(input);
        }

        AddParameterGradients(tape, input, output.Gradient, statistics, node.Repeats);
    }

    private sealed class LayerNormNode : Node
    {
        public LayerNorm? Layer { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public Tensor? Statistics { get; set; }

        public bool Repeats { get; set; }

        public override void Backward(Tape tape) => Layer!.Backward(tape, this);
    }
}
