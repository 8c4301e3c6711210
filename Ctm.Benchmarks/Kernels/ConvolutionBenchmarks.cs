using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Convolution;
using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Convolution layers, max pooling and the global average of a layer's input.</summary>
public class ConvolutionBenchmarks : DeviceBenchmarks<ConvolutionCase>
{
    private DeviceView<float> input, weight, output, outputGradient, inputGradient, weightGradient;
    private DeviceView<float> pooled, pooledGradient, taps, means;
    private PackedConvolution packed = null!;

    /// <inheritdoc/>
    protected override IEnumerable<ConvolutionCase> MeasuredSizes => ConvolutionCase.All;

    /// <inheritdoc/>
    protected override IEnumerable<ConvolutionCase> SmokeSizes => [ConvolutionCase.Smoke];

    private static int PixelsOf(ConvolutionCase size) => size.Shape.Height * size.Shape.Width;

    /// <summary>Packs the weights, as once a step.</summary>
    [Benchmark]
    public void PackWeights()
    {
        Device.Convolution.PackWeights(weight, packed);
        Device.Synchronize();
    }

    /// <summary>Convolution.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.Convolution.Forward(Size.Shape, input, packed, output);
        Device.Synchronize();
    }

    /// <summary>The input's gradient.</summary>
    [Benchmark]
    public void BackwardInput()
    {
        Device.Convolution.BackwardInput(Size.Shape, outputGradient, packed, inputGradient);
        Device.Synchronize();
    }

    /// <summary>The weights' gradient.</summary>
    [Benchmark]
    public void BackwardWeights()
    {
        Device.Convolution.BackwardWeights(Size.Shape, input, outputGradient, weightGradient);
        Device.Synchronize();
    }

    /// <summary>Max pooling.</summary>
    [Benchmark]
    public void MaxPoolForward()
    {
        Device.Convolution.MaxPoolForward(Size.Pooling, input, pooled, taps);
        Device.Synchronize();
    }

    /// <summary>Max pooling's gradient.</summary>
    [Benchmark]
    public void MaxPoolBackward()
    {
        Device.Convolution.MaxPoolBackward(Size.Pooling, pooledGradient, taps, inputGradient);
        Device.Synchronize();
    }

    /// <summary>The mean over all pixels.</summary>
    [Benchmark]
    public void GlobalAverageForward()
    {
        Device.Convolution.GlobalAverageForward(input, means, Size.Shape.Batch, PixelsOf(Size), Size.Shape.InChannels);
        Device.Synchronize();
    }

    /// <summary>The mean's gradient.</summary>
    [Benchmark]
    public void GlobalAverageBackward()
    {
        Device.Convolution.GlobalAverageBackward(
            means, inputGradient, Size.Shape.Batch, PixelsOf(Size), Size.Shape.InChannels);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        ConvolutionShape shape = Size.Shape;
        input = Buffers.Floats(shape.InputLength);
        weight = Buffers.Floats(shape.WeightLength);
        output = Buffers.Zeros(shape.OutputLength);
        outputGradient = Buffers.Floats(shape.OutputLength);
        inputGradient = Buffers.Zeros(shape.InputLength);
        weightGradient = Buffers.Zeros(shape.WeightLength);
        pooled = Buffers.Zeros(Size.Pooling.OutputLength);
        pooledGradient = Buffers.Floats(Size.Pooling.OutputLength);
        taps = Buffers.Zeros(Size.Pooling.OutputLength);
        means = Buffers.Zeros(shape.Batch * shape.InChannels);
        packed = Buffers.Keep(Device.Convolution.AllocateWeights(shape));
        PackWeights();
        MaxPoolForward();
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ConvolutionCase size) => method switch
    {
        nameof(PackWeights) => new Cost(0, 4.0 * 3 * size.Shape.WeightLength),
        nameof(Forward) or nameof(BackwardInput) or nameof(BackwardWeights) => new Cost(size.Shape.Flops, size.Shape.Bytes),
        nameof(MaxPoolForward) or nameof(MaxPoolBackward) => new Cost(0, size.Pooling.Bytes),
        nameof(GlobalAverageForward) or nameof(GlobalAverageBackward) =>
            new Cost(0, 4.0 * (size.Shape.InputLength + (size.Shape.Batch * size.Shape.InChannels))),
        _ => throw NoSuchMethod(method),
    };
}
