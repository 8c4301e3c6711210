using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Embedding;

namespace Ctm.Benchmarks.Kernels;

/// <summary>The two rows of parity's table, chosen for every token.</summary>
public class EmbeddingBenchmarks : ModelBenchmarks
{
    private const int Rows = 2;
    private DeviceView<float> table, output, outputGradient, tableGradient;
    private DeviceView<int> indices;

    /// <summary>Looks up.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.Embedding.Forward(table, indices, output, Rows, Size.Width);
        Device.Synchronize();
    }

    /// <summary>The table's gradient.</summary>
    [Benchmark]
    public void Backward()
    {
        Device.Embedding.Backward(indices, outputGradient, tableGradient, Rows, Size.Width);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        int count = Size.Batch * Size.Tokens;
        table = Buffers.Floats(Rows * Size.Width);
        indices = Buffers.Integers(count, Rows);
        output = Buffers.Zeros(count * Size.Width);
        outputGradient = Buffers.Floats(count * Size.Width);
        tableGradient = Buffers.Zeros(Rows * Size.Width);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Forward) => new Cost(0, EmbeddingKernels.Bytes(size.Batch * size.Tokens, size.Width)),
        nameof(Backward) => new Cost(0, 4.0 * size.Batch * size.Tokens * (1 + size.Width)),
        _ => throw NoSuchMethod(method),
    };
}
