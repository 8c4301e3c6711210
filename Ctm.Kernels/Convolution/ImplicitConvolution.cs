using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <summary>
/// Convolution on devices as products whose matrices of windows are stored nowhere: tiles of them are gathered from the images on
/// the way to shared memory. All groups are one launch. Where the stride is s, the gradient of the input multiplies s * s times as
/// many numbers as it needs, most of them 0.
/// </summary>
internal sealed class ImplicitConvolution(IlgpuMatrixMultiply multiply)
{
    /// <summary>See <see cref="ConvolutionKernels.Forward"/>; weights are [output channel, tap, channel].</summary>
    public void Forward(
        in ConvolutionShape shape, DeviceView<float> input, DeviceView<float> weights, DeviceView<float> output, DeviceView<float> bias)
    {
        var operands = new MatrixTile.Arguments<ViewMemory<float>>
        {
            A = ViewMemory<float>.Of(input),
            B = ViewMemory<float>.Of(weights),
            ShapeA = Images(shape),
            ShapeB = new OperandShape { Leading = shape.Taps },
        };
        var product = new MatrixProduct(shape.Batch * shape.OutPixels, shape.GroupOut, shape.Taps)
        {
            LeadingC = shape.OutChannels,
            Batch = shape.Groups,
            StrideA = shape.GroupIn,
            StrideB = shape.GroupOut * shape.Taps,
            StrideC = shape.GroupOut,
            Side = MatrixTile.SmallSide,
        };
        bool isAligned = IsAligned(shape, input, weights);
        multiply.Run<WindowsAlongSteps, AlongSteps, ViewMemory<float>>(operands, product, output, bias, isAligned, shape.GroupOut);
    }

    /// <summary>See <see cref="ConvolutionKernels.BackwardInput"/>; weights are [output channel, tap, channel].</summary>
    public void BackwardInput(
        in ConvolutionShape shape,
        DeviceView<float> outputGradient,
        DeviceView<float> weights,
        DeviceView<float> inputGradient,
        bool accumulate)
    {
        var operands = new MatrixTile.Arguments<ViewMemory<float>>
        {
            A = ViewMemory<float>.Of(outputGradient),
            B = ViewMemory<float>.Of(weights),
            ShapeA = new OperandShape { Channels = shape.GroupOut, PixelStride = shape.OutChannels, Window = shape.Window },
            ShapeB = new OperandShape { Channels = shape.GroupOut, OtherChannels = shape.GroupIn, Leading = shape.Taps },
        };
        int steps = shape.KernelHeight * shape.KernelWidth * shape.GroupOut;
        var product = new MatrixProduct(shape.Batch * shape.Height * shape.Width, shape.GroupIn, steps)
        {
            LeadingC = shape.InChannels,
            Accumulate = accumulate,
            Batch = shape.Groups,
            StrideA = shape.GroupOut,
            StrideB = shape.GroupOut * shape.Taps,
            StrideC = shape.GroupIn,
            Side = MatrixTile.SmallSide,
        };
        bool isAligned = IsAligned(shape, outputGradient, weights);
        multiply.Run<OutputsAlongSteps, WeightsAcrossSteps, ViewMemory<float>>(operands, product, inputGradient, default, isAligned);
    }

    /// <summary>The gradient of weights in the order [output channel, tap, channel].</summary>
    public void BackwardWeights(
        in ConvolutionShape shape,
        DeviceView<float> input,
        DeviceView<float> outputGradient,
        DeviceView<float> weightGradient,
        bool accumulate)
    {
        var operands = new MatrixTile.Arguments<ViewMemory<float>>
        {
            A = ViewMemory<float>.Of(outputGradient),
            B = ViewMemory<float>.Of(input),
            ShapeA = new OperandShape { Leading = shape.OutChannels },
            ShapeB = Images(shape),
        };
        var product = new MatrixProduct(shape.GroupOut, shape.Taps, shape.Batch * shape.OutPixels)
        {
            Accumulate = accumulate,
            Batch = shape.Groups,
            StrideA = shape.GroupOut,
            StrideB = shape.GroupIn,
            StrideC = shape.GroupOut * shape.Taps,
            Side = MatrixTile.SmallSide,
        };
        bool isAligned = IsAligned(shape, outputGradient, input);
        multiply.Run<AcrossSteps, WindowsAcrossSteps, ViewMemory<float>>(operands, product, weightGradient, default, isAligned);
    }

    private static OperandShape Images(in ConvolutionShape shape) =>
        new() { Channels = shape.GroupIn, PixelStride = shape.InChannels, Window = shape.Window };

    // A vector of four must not reach from one tap into the next, nor from one group into the next.
    private static bool IsAligned(in ConvolutionShape shape, DeviceView<float> left, DeviceView<float> right) =>
        Aligned.To4(shape.GroupIn | shape.GroupOut, left, right);
}
