using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Drawing the neurons of a synchronization, random pairing.</summary>
public class PairSamplingBenchmarks : ModelBenchmarks
{
    private DeviceView<int> left, right;

    /// <summary>Draws both lists.</summary>
    [Benchmark]
    public void Draw()
    {
        Device.PairSampling.Draw(
            NeuronSelection.RandomPairing, SynchronizationUse.Output, left, right, Size.Neurons, 0, seed: 1, stream: 2);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        left = Buffers.Integers(Size.SelectedNeurons, 1);
        right = Buffers.Integers(Size.SelectedNeurons, 1);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Draw) => new Cost(0, 4.0 * 2 * size.SelectedNeurons),
        _ => throw NoSuchMethod(method),
    };
}
