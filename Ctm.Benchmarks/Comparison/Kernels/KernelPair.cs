using Ctm.Kernels.Devices;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Kernels;

/// <summary>The same computation by the engine's kernel and by libtorch, on the same values.</summary>
internal abstract class KernelPair : IDisposable
{
    /// <summary>What is computed, with its sizes.</summary>
    public abstract string Name { get; }

    /// <summary>Floating-point operations of one call, as the cost functions count them.</summary>
    public abstract double Flops { get; }

    /// <summary>One call of the engine's.</summary>
    public abstract void RunEngine();

    /// <summary>One call of libtorch's.</summary>
    public abstract void RunPeer();

    /// <summary>The largest difference of what both gave, as a share of the largest value.</summary>
    public abstract double Difference();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The largest difference, as a share of the largest value.</summary>
    protected static double Difference(DeviceView<float> found, Tensor expected)
    {
        float[] theirs = [.. expected.contiguous().data<float>()], ours = found.ToArray();
        double largest = theirs.Max(Math.Abs);
        return ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max() / largest;
    }
}
