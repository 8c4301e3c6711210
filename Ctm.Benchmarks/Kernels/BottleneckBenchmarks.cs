using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Bottleneck;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Benchmarks.Kernels;

/// <summary>The narrowest level of the synapse model's U-Net, from a third of the neurons to 16 values and back.</summary>
public class BottleneckBenchmarks : ModelBenchmarks
{
    private const int Narrow = 16;
    private DeviceView<float> input, output;
    private BottleneckDown down;
    private BottleneckUp up;

    /// <summary>All layers in one launch.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.Bottleneck.Forward(input, down, up, output, Size.Batch, WidthOf(Size), Narrow);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        (int rows, int width) = (Size.Batch, WidthOf(Size));
        input = Buffers.Floats(rows * width);
        output = Buffers.Zeros(rows * width);
        down = new BottleneckDown(
            Buffers.Floats(Narrow * width),
            Buffers.Floats(Narrow),
            Buffers.Floats(Narrow),
            Buffers.Floats(Narrow),
            Buffers.Zeros(rows * Narrow),
            Buffers.Zeros(2 * rows),
            Buffers.Zeros(rows * Narrow));
        var norms = new SkipNormParameters(
            Buffers.Floats(width),
            Buffers.Floats(width),
            Buffers.Zeros(2 * rows),
            Buffers.Floats(width),
            Buffers.Floats(width),
            Buffers.Zeros(2 * rows));
        up = new BottleneckUp(Buffers.Floats(width * Narrow), Buffers.Floats(width), Buffers.Zeros(rows * width), norms);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Forward) => new Cost(
            BottleneckKernels.ForwardFlops(size.Batch, WidthOf(size), Narrow),
            BottleneckKernels.ForwardBytes(size.Batch, WidthOf(size), Narrow)),
        _ => throw NoSuchMethod(method),
    };

    private static int WidthOf(ModelSize size) => size.Neurons / 3;
}
