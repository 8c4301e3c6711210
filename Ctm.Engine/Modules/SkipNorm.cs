using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Engine.Modules;

/// <summary>
/// Two layer normalisations around a skip, in one kernel: LayerNorm(SiLU(LayerNorm(input)) + skip), as a level of the synapse model's
/// U-Net does on the way up.
/// </summary>
/// <param name="first">The one before SiLU.</param>
/// <param name="second">The one after the skip, of the same width.</param>
public sealed class SkipNorm(LayerNorm first, LayerNorm second) : IDeferred
{
    private readonly SlabRuns runs = new();

    /// <summary>Applies it.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="skip">Shape [rows, width].</param>
    /// <returns>Shape [rows, width].</returns>
    public Tensor Forward(Tape tape, Tensor input, Tensor skip)
    {
        (int rows, int width) = (input.Rows, first.Width);
        Tensor output = tape.New(rows, width);
        SkipNormParameters parameters = Record(tape, input, skip, output);
        tape.Device.Normalization.SkipNormForward(input.Data, skip.Data, parameters, output.Data, rows, width);
        return output;
    }

    /// <summary>
    /// Has the backward pass lead the output's gradient back to the input, the skip and the parameters, of which a kernel must write the
    /// statistics.
    /// </summary>
    internal SkipNormParameters Record(Tape tape, Tensor input, Tensor skip, Tensor output)
    {
        int rows = input.Rows, width = first.Width;
        Tensor statistics = tape.New(rows, 2, needsGradient: false), skipStatistics = tape.New(rows, 2, needsGradient: false);
        Tensor sum = tape.New(rows, width, needsGradient: false);
        if (tape.Recording)
        {
            var node = tape.Record<SkipNode>();
            node.Owner = this;
            node.Input = input;
            node.Skip = skip;
            node.Statistics = statistics;
            node.SkipStatistics = skipStatistics;
            node.Sum = sum;
            node.Output = output;
            node.Repeats = tape.InRecurrence;
        }

        return Parameters(statistics.Data, skipStatistics.Data);
    }

    void IDeferred.Flush(Tape tape)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            SlabRuns.Run run = runs[i];
            AddParameterGradients(tape, run.Rows, run.A, run.B, run.C, run.D, run.E);
        }

        runs.Clear();
    }

    private SkipNormParameters Parameters(DeviceView<float> statistics, DeviceView<float> skipStatistics) =>
        new(first.Weight.Data, first.Bias.Data, statistics, second.Weight.Data, second.Bias.Data, skipStatistics);

    private void AddParameterGradients(
        Tape tape,
        int rows,
        DeviceView<float> input,
        DeviceView<float> skip,
        DeviceView<float> outputGradient,
        DeviceView<float> statistics,
        DeviceView<float> skipStatistics) => tape.Device.Normalization.SkipNormBackwardParameters(
            input,
            skip,
            Parameters(statistics, skipStatistics),
            outputGradient,
            second.Weight.Gradient,
            second.Bias.Gradient,
            rows,
            first.Width);

    private void Backward(Tape tape, SkipNode node)
    {
        Tensor input = node.Input!, skip = node.Skip!, sum = node.Sum!, output = node.Output!;
        if (!output.HasGradient)
        {
            return;
        }

        DeviceView<float> statistics = node.Statistics!.Data, skipStatistics = node.SkipStatistics!.Data;
        tape.Device.Normalization.SkipNormBackwardInput(
            input.Data,
            skip.Data,
            Parameters(statistics, skipStatistics),
            output.Gradient,
            tape.Target(input),
            sum.Gradient,
            skip.Gradient,
            input.Rows,
            first.Width,
            accumulate: skip.HasGradient);
        tape.Deliver(input);
        skip.MarkGradient();
        first.AddParameterGradients(tape, input, sum.Gradient, node.Statistics, node.Repeats);
        if (node.Repeats)
        {
            tape.Defer(this);
            runs.Add(input.Rows, input.Data, skip.Data, output.Gradient, statistics, skipStatistics);
        }
        else
        {
            AddParameterGradients(tape, input.Rows, input.Data, skip.Data, output.Gradient, statistics, skipStatistics);
        }
    }

    private sealed class SkipNode : Node
    {
        public SkipNorm? Owner { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Skip { get; set; }

        public Tensor? Statistics { get; set; }

        public Tensor? SkipStatistics { get; set; }

        /// <summary>Only its gradient exists: that of SiLU's output plus the skip.</summary>
        public Tensor? Sum { get; set; }

        public Tensor? Output { get; set; }

        public bool Repeats { get; set; }

        public override void Backward(Tape tape) => Owner!.Backward(tape, this);
    }
}
