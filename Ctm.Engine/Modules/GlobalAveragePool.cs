using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Engine.Modules;

/// <summary>The mean over all pixels of a feature map, channel by channel.</summary>
public static class GlobalAveragePool
{
    /// <summary>Applies the layer.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">The feature map.</param>
    /// <returns>Shape [batch, channels].</returns>
    public static Tensor Forward(Tape tape, FeatureMap input)
    {
        int pixels = input.Height * input.Width, channels = input.Channels;
        Tensor output = tape.New(input.Batch, channels), weights = tape.New(1, pixels, needsGradient: false);
        tape.Device.Elementwise.Fill(weights.Data, 1f / pixels);
        tape.Device.MatrixMultiply.Multiply(
            weights.Data,
            input.Tensor.Data,
            output.Data,
            new MatrixProduct(1, channels, pixels) { Batch = input.Batch, StrideB = pixels * channels, StrideC = channels });
        if (tape.Recording)
        {
            var node = tape.Record<MeanNode>();
            node.Input = input.Tensor;
            node.Output = output;
            node.Weights = weights;
        }

        return output;
    }

    private sealed class MeanNode : Node
    {
        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public Tensor? Weights { get; set; }

        public override void Backward(Tape tape)
        {
            if (!Output!.HasGradient || !Input!.NeedsGradient)
            {
                return;
            }

            int pixels = Weights!.Length, channels = Output.Columns;
            var product = new MatrixProduct(pixels, channels, 1)
            {
                TransposeA = true,
                Batch = Output.Rows,
                StrideB = channels,
                StrideC = pixels * channels,
                Accumulate = Input.HasGradient,
            };
            tape.Device.MatrixMultiply.Multiply(Weights.Data, Output.Gradient, Input.Gradient, product);
            Input.MarkGradient();
        }
    }
}
