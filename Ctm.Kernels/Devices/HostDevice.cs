using System.Runtime.InteropServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Devices;

/// <summary>The host: kernels run as SIMD code on a few threads. Results do not depend on their number.</summary>
public sealed class HostDevice : ComputeDevice
{
    internal HostDevice(int threads)
        : base("cpu", Describe(threads))
    {
        Threads = new HostThreads(threads);
        Pool = new MemoryPool<nint>(HostBuffer<byte>.Allocate, HostBuffer<byte>.Free);
        MatrixMultiply = Lanes16.IsSupported ? new HostMatrixMultiply<Lanes16>(this) : new HostMatrixMultiply<Lanes8>(this);
        Bind<PointerMemory<float>, PointerMemory<int>>(
            Lanes16.IsSupported ? new HostExecutor<Lanes16>(this) : new HostExecutor<Lanes8>(this));
    }

    /// <summary>Number of threads.</summary>
    public int ThreadCount => Threads.Count;

    /// <inheritdoc/>
    public override DeviceMemory Memory => Pool;

    internal HostThreads Threads { get; }

    internal MemoryPool<nint> Pool { get; }

    /// <inheritdoc/>
    public override DeviceBuffer<T> Allocate<T>(int length) => new HostBuffer<T>(this, length);

    /// <inheritdoc/>
    public override void Synchronize()
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Threads.Dispose();
        Pool.Trim();
    }

    private static string Describe(int threads)
    {
        string lanes = Lanes16.IsSupported ? "AVX-512" : Lanes8.IsSupported ? "256-bit SIMD" : "no 256-bit SIMD";
        return $"{RuntimeInformation.ProcessArchitecture}, {lanes}, {threads} {(threads == 1 ? "thread" : "threads")}";
    }
}
