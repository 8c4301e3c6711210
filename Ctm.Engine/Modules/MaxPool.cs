using Ctm.Engine.Autograd;
using Ctm.Kernels.Convolution;

namespace Ctm.Engine.Modules;

/// <summary>Max pooling; sizes round down, the first of equal maxima gets the gradient.</summary>
public sealed class MaxPool(int kernel, int stride, int padding)
{
    /// <summary>Applies the layer.</summary>
    public FeatureMap Forward(Tape tape, FeatureMap input)
    {
        var shape = new PoolingShape(input.Batch, input.Height, input.Width, input.Channels, kernel) { Stride = stride, Padding = padding };
        int rows = input.Batch * shape.OutHeight * shape.OutWidth;
        Tensor output = tape.New(rows, input.Channels), taps = tape.New(rows, input.Channels, needsGradient: false);
        tape.Device.Convolution.MaxPoolForward(shape, input.Tensor.Data, output.Data, taps.Data);
        if (tape.Recording)
        {
            var node = tape.Record<PoolNode>();
            node.Shape = shape;
            node.Input = input.Tensor;
            node.Output = output;
            node.Taps = taps;
        }

        return new FeatureMap(output, input.Batch, shape.OutHeight, shape.OutWidth);
    }

    private sealed class PoolNode : Node
    {
        public PoolingShape Shape { get; set; }

        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public Tensor? Taps { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient && Input!.NeedsGradient)
            {
                tape.Device.Convolution.MaxPoolBackward(Shape, Output.Gradient, Taps!.Data, tape.Target(Input));
                tape.Deliver(Input);
            }
        }
    }
}
