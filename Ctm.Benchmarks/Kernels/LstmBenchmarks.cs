using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Lstm;

namespace Ctm.Benchmarks.Kernels;

/// <summary>The gates of one tick, as wide as the model.</summary>
public class LstmBenchmarks : ModelBenchmarks
{
    private DeviceView<float> preActivations, gates, cell, newCell, hidden, hiddenGradient, newCellGradient, gateGradient, cellGradient;

    /// <summary>Gates, cell and hidden state.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.Lstm.Forward(preActivations, cell, gates, newCell, hidden, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>The gradients of pre-activations and cell.</summary>
    [Benchmark]
    public void Backward()
    {
        Device.Lstm.Backward(
            gates, cell, newCell, hiddenGradient, newCellGradient, gateGradient, cellGradient, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        preActivations = Buffers.Floats(4 * Size.StateLength);
        gates = Buffers.Constant(4 * Size.StateLength, 0.5f);
        cell = Buffers.Floats(Size.StateLength);
        newCell = Buffers.Floats(Size.StateLength);
        hidden = Buffers.Zeros(Size.StateLength);
        hiddenGradient = Buffers.Floats(Size.StateLength);
        newCellGradient = Buffers.Floats(Size.StateLength);
        gateGradient = Buffers.Zeros(4 * Size.StateLength);
        cellGradient = Buffers.Zeros(Size.StateLength);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Forward) => new Cost(LstmKernels.ForwardFlops(size.Batch, size.Neurons), LstmKernels.ForwardBytes(size.Batch, size.Neurons)),
        nameof(Backward) =>
            new Cost(LstmKernels.BackwardFlops(size.Batch, size.Neurons), LstmKernels.BackwardBytes(size.Batch, size.Neurons)),
        _ => throw NoSuchMethod(method),
    };
}
