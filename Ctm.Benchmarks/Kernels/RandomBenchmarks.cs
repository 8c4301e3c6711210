using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Random numbers and dropout over a state [B, D].</summary>
public class RandomBenchmarks : ModelBenchmarks
{
    private DeviceView<float> input, output;

    /// <summary>Uniform numbers.</summary>
    [Benchmark]
    public void Uniform()
    {
        Device.Random.Uniform(output, -1f, 1f, seed: 1, stream: 2);
        Device.Synchronize();
    }

    /// <summary>Normal numbers.</summary>
    [Benchmark]
    public void Normal()
    {
        Device.Random.Normal(output, 0f, 1f, seed: 1, stream: 2);
        Device.Synchronize();
    }

    /// <summary>Dropout.</summary>
    [Benchmark]
    public void DropoutForward()
    {
        Device.Random.DropoutForward(input, output, 0.1f, seed: 1, stream: 2);
        Device.Synchronize();
    }

    /// <summary>Dropout's gradient.</summary>
    [Benchmark]
    public void DropoutBackward()
    {
        Device.Random.DropoutBackward(input, output, 0.1f, seed: 1, stream: 2);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        input = Buffers.Floats(Size.StateLength);
        output = Buffers.Zeros(Size.StateLength);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Uniform) or nameof(Normal) => new Cost(0, 4.0 * size.StateLength),
        nameof(DropoutForward) or nameof(DropoutBackward) =>
            new Cost(RandomKernels.DropoutFlops(size.StateLength), RandomKernels.DropoutBytes(size.StateLength)),
        _ => throw NoSuchMethod(method),
    };
}
