using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Elementwise;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Copies, sums and transpositions of a state [B, D].</summary>
public class ElementwiseBenchmarks : ModelBenchmarks
{
    private DeviceView<float> left, right, output, row, weights, result, scratch;
    private DeviceView<int> segments;

    /// <summary>Assigns a constant.</summary>
    [Benchmark]
    public void Fill()
    {
        Device.Elementwise.Fill(output, 1f);
        Device.Synchronize();
    }

    /// <summary>Copies.</summary>
    [Benchmark]
    public void Copy()
    {
        Device.Elementwise.Copy(left, output);
        Device.Synchronize();
    }

    /// <summary>Adds.</summary>
    [Benchmark]
    public void Add()
    {
        Device.Elementwise.Add(left, right, output);
        Device.Synchronize();
    }

    /// <summary>Multiplies.</summary>
    [Benchmark]
    public void Multiply()
    {
        Device.Elementwise.Multiply(left, right, output);
        Device.Synchronize();
    }

    /// <summary>Adds a multiple.</summary>
    [Benchmark]
    public void Accumulate()
    {
        Device.Elementwise.Accumulate(left, 1e-3f, output);
        Device.Synchronize();
    }

    /// <summary>Scales in place, by 1 so that values stay as they are.</summary>
    [Benchmark]
    public void Scale()
    {
        Device.Elementwise.Scale(output, 1f);
        Device.Synchronize();
    }

    /// <summary>Copies the left half of the columns.</summary>
    [Benchmark]
    public void CopyColumns()
    {
        Device.Elementwise.CopyColumns(left, Size.Neurons, 0, output, Size.Neurons, 0, Size.Batch, Size.Neurons / 2, false);
        Device.Synchronize();
    }

    /// <summary>Repeats a row.</summary>
    [Benchmark]
    public void BroadcastRows()
    {
        Device.Elementwise.BroadcastRows(row, output, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>Blends a row into all rows.</summary>
    [Benchmark]
    public void BlendRows()
    {
        Device.Elementwise.BlendRows(left, row, weights, output, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>The gradients of a blend.</summary>
    [Benchmark]
    public void BlendRowsBackward()
    {
        Device.Elementwise.BlendRowsBackward(left, weights, output, row, Size.Batch, Size.Neurons, false);
        Device.Synchronize();
    }

    /// <summary>Sums the rows.</summary>
    [Benchmark]
    public void SumRows()
    {
        Device.Elementwise.SumRows(left, row, Size.Batch, Size.Neurons, false);
        Device.Synchronize();
    }

    /// <summary>Sums all.</summary>
    [Benchmark]
    public void Sum()
    {
        Device.Elementwise.Sum(left, result);
        Device.Synchronize();
    }

    /// <summary>Sums all squares.</summary>
    [Benchmark]
    public void SumOfSquares()
    {
        Device.Elementwise.SumOfSquares(left, scratch, result);
        Device.Synchronize();
    }

    /// <summary>Sums the squares of each sample.</summary>
    [Benchmark]
    public void SumOfSquaresSegments()
    {
        Device.Elementwise.SumOfSquaresSegments(left, segments, scratch.Slice(0, Size.Batch));
        Device.Synchronize();
    }

    /// <summary>Transposes.</summary>
    [Benchmark]
    public void Transpose2D()
    {
        Device.Elementwise.Transpose2D(left, output, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>Moves channels, here half the neurons over two pixels.</summary>
    [Benchmark]
    public void NchwToNhwc()
    {
        Device.Elementwise.NchwToNhwc(left, output, Size.Batch, Size.Neurons / 2, 2);
        Device.Synchronize();
    }

    /// <summary>Moves channels back.</summary>
    [Benchmark]
    public void NhwcToNchw()
    {
        Device.Elementwise.NhwcToNchw(left, output, Size.Batch, Size.Neurons / 2, 2);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        left = Buffers.Floats(Size.StateLength);
        right = Buffers.Floats(Size.StateLength);
        output = Buffers.Floats(Size.StateLength);
        row = Buffers.Floats(Size.Neurons);
        weights = Buffers.Floats(Size.Batch, 0f, 1f);
        result = Buffers.Zeros(1);
        scratch = Buffers.Zeros(ElementwiseKernels.SumScratchLength);
        segments = Buffers.Integers([.. Enumerable.Range(0, Size.Batch + 1).Select(sample => sample * Size.Neurons)]);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Fill) or nameof(BroadcastRows) => new Cost(0, ElementwiseKernels.Bytes(size.StateLength, 0)),
        nameof(Copy) or nameof(BlendRows) or nameof(Scale) or nameof(Transpose2D) or nameof(NchwToNhwc) or nameof(NhwcToNchw) =>
            new Cost(0, ElementwiseKernels.Bytes(size.StateLength, 1)),
        nameof(Add) or nameof(Multiply) or nameof(BlendRowsBackward) or nameof(Accumulate) => new Cost(0, ElementwiseKernels.Bytes(size.StateLength, 2)),
        nameof(CopyColumns) => new Cost(0, ElementwiseKernels.Bytes(size.Batch * (size.Neurons / 2), 1)),
        nameof(SumRows) or nameof(Sum) or nameof(SumOfSquares) or nameof(SumOfSquaresSegments) => new Cost(0, 4.0 * size.StateLength),
        _ => throw NoSuchMethod(method),
    };
}
