using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks;

/// <summary>What all benchmarks on a device share: the size, the device, its buffers.</summary>
/// <typeparam name="TSize">A record whose ToString is short.</typeparam>
public abstract class DeviceBenchmarks<TSize> : ICostedBenchmarks
    where TSize : class
{
    /// <summary>What is measured.</summary>
    [ParamsSource(nameof(Sizes))]
    public TSize Size { get; set; } = null!;

    /// <summary>The values of <see cref="Size"/>.</summary>
    public IEnumerable<TSize> Sizes => BenchmarkConfigs.UsesSmokeSizes ? SmokeSizes : MeasuredSizes;

    /// <summary>Sizes that are worth measuring.</summary>
    protected abstract IEnumerable<TSize> MeasuredSizes { get; }

    /// <summary>Sizes that are done at once.</summary>
    protected abstract IEnumerable<TSize> SmokeSizes { get; }

    /// <summary>The device, open between setup and cleanup.</summary>
    protected ComputeDevice Device { get; private set; } = null!;

    /// <summary>Inputs and outputs, freed at cleanup.</summary>
    private protected BenchmarkBuffers Buffers { get; private set; } = null!;

    /// <summary>Opens the device and fills the inputs.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Device = OpenDevice();
        Buffers = new BenchmarkBuffers(Device);
        Allocate();
        Device.Synchronize();
    }

    /// <summary>Frees the buffers.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        Buffers.Dispose();
        CloseDevice();
    }

    /// <inheritdoc/>
    public Cost CostOf(string method, object size) => CostOf(method, (TSize)size);

    /// <summary>Makes inputs and outputs of <see cref="Size"/>.</summary>
    protected abstract void Allocate();

    /// <summary>What one call of a method costs.</summary>
    protected abstract Cost CostOf(string method, TSize size);

    /// <summary>The device that all kernels are measured on is opened once a process.</summary>
    protected virtual ComputeDevice OpenDevice() => BenchmarkDevice.Shared;

    /// <summary>Gives back what <see cref="OpenDevice"/> opened for this benchmark alone; the shared device stays open.</summary>
    protected virtual void CloseDevice() => Device.Memory.Trim();

    /// <summary>The error for a method without a cost.</summary>
    protected ArgumentException NoSuchMethod(string method) => new($"{GetType().Name} has no benchmark named {method}.", nameof(method));
}
