using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>
/// Batch normalisation over the pixels of each channel, eps 1e-5, momentum 0.1, with an optional second summand behind it and ReLU
/// last: relu(bn(x) + addend). While the tape records, statistics are those of the batch and running ones are updated.
/// </summary>
public sealed class BatchNorm
{
    private readonly Parameter weight, bias;
    private readonly ModelBuffer mean, variance, count;
    private readonly int channels;
    private readonly bool relu;

    /// <summary>A layer with parameters <c>name.weight</c>, <c>name.bias</c> and its running statistics.</summary>
    public BatchNorm(ParameterSet set, string name, int channels, bool relu)
    {
        weight = set.Add(name + ".weight", [channels], Initializer.Constant(1f));
        bias = set.Add(name + ".bias", [channels], Initializer.Constant(0f));
        mean = set.AddBuffer(name + ".running_mean", [channels], 0f);
        variance = set.AddBuffer(name + ".running_var", [channels], 1f);
        count = set.AddIndices(name + ".num_batches_tracked", [], [0]);
        this.channels = channels;
        this.relu = relu;
    }

    /// <summary>Applies the layer.</summary>
    public FeatureMap Forward(Tape tape, FeatureMap input, Tensor? addend = null)
    {
        Tensor x = input.Tensor;
        Tensor output = tape.New(x.Rows, channels), statistics = tape.New(2, channels, needsGradient: false);
        if (tape.Recording)
        {
            count.Indices![0]++;
            tape.Device.Normalization.BatchNormForwardTrain(
                x.Data,
                addend?.Data ?? default,
                weight.Data,
                bias.Data,
                output.Data,
                mean.Values!.View,
                variance.Values!.View,
                statistics.Data,
                x.Rows,
                channels,
                relu);
            var node = tape.Record<BatchNormNode>();
            node.Layer = this;
            node.Input = x;
            node.Addend = addend;
            node.Output = output;
            node.Statistics = statistics;
        }
        else
        {
            tape.Device.Normalization.BatchNormForwardEval(
                x.Data,
                addend?.Data ?? default,
                weight.Data,
                bias.Data,
                output.Data,
                mean.Values!.View,
                variance.Values!.View,
                x.Rows,
                channels,
                relu);
        }

        return input with { Tensor = output };
    }

    private void Backward(Tape tape, BatchNormNode node)
    {
        Tensor input = node.Input!, output = node.Output!;
        if (!output.HasGradient)
        {
            return;
        }

        // The addend's gradient is what passes the ReLU; where it has one already, it is added to afterwards.
        Tensor? addend = node.Addend;
        bool isFresh = addend is { HasGradient: false };
        DeviceView<float> share = addend is null ? default : isFresh ? addend.Gradient : tape.Scratch(addend.Length);
        tape.Device.Normalization.BatchNormBackwardTrain(
            input.Data,
            output.Data,
            weight.Data,
            node.Statistics!.Data,
            output.Gradient,
            input.Gradient,
            share,
            weight.Gradient,
            bias.Gradient,
            input.Rows,
            channels,
            relu);
        input.MarkGradient();
        if (addend is not null)
        {
            if (!isFresh)
            {
                tape.Device.Elementwise.Accumulate(share, 1f, addend.Gradient);
            }

            addend.MarkGradient();
        }
    }

    private sealed class BatchNormNode : Node
    {
        public BatchNorm? Layer { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Addend { get; set; }

        public Tensor? Output { get; set; }

        public Tensor? Statistics { get; set; }

        public override void Backward(Tape tape) => Layer!.Backward(tape, this);
    }
}
