using Ctm.Kernels.Convolution;
using Ctm.Kernels.Execution;
using Ctm.Kernels.MatrixMultiply;
using ILGPU;
using ILGPU.Runtime;

namespace Ctm.Kernels.Devices;

/// <summary>A device behind ILGPU: CUDA, OpenCL, or ILGPU's simulator on the CPU.</summary>
internal sealed class IlgpuDevice : ComputeDevice
{
    private readonly Context context;
    private readonly IlgpuMatrixMultiply multiply;
    private IColumnMajorLibrary? library;

    public IlgpuDevice(string name, Context context, Accelerator accelerator, bool exactMemory)
        : base(name, $"{accelerator.Name}, {accelerator.MemorySize / (1024 * 1024)} MiB")
    {
        this.context = context;
        Accelerator = accelerator;
        MostThreads = accelerator.MaxNumThreadsPerGroup;
        MostSharedBytes = accelerator.MaxSharedMemoryPerGroup;
        Pool = new MemoryPool<MemoryBuffer1D<byte, Stride1D.Dense>>(accelerator.Allocate1D<byte>, block => block.Dispose(), exactMemory);
        Executor = new IlgpuExecutor(this);
        multiply = new IlgpuMatrixMultiply(Executor);
        MatrixMultiply = multiply;
        ImplicitConvolution = new ImplicitConvolution(multiply);
        Bind(Executor);
    }

    public Accelerator Accelerator { get; }

    public AcceleratorStream Stream => Accelerator.DefaultStream;

    public override DeviceMemory Memory => Pool;

    /// <summary>Is told of every launch, and may withhold it; null for none.</summary>
    internal LaunchRecorder? Recorder { get; set; }

    /// <summary>Threads that a group may have.</summary>
    internal int MostThreads { get; set; }

    /// <summary>Bytes of shared memory that a group may have.</summary>
    internal int MostSharedBytes { get; set; }

    internal IlgpuExecutor Executor { get; }

    internal MemoryPool<MemoryBuffer1D<byte, Stride1D.Dense>> Pool { get; }

    /// <summary>Multiplies by a library from now on, which the device then owns.</summary>
    internal void UseLibrary(IColumnMajorLibrary columnMajor)
    {
        library = columnMajor;
        MatrixMultiply = new LibraryMatrixMultiply(Executor, multiply, columnMajor);
    }

    public override DeviceBuffer<T> Allocate<T>(int length) => new IlgpuBuffer<T>(this, length);

    public override void Synchronize() => Stream.Synchronize();

    public override void Dispose()
    {
        Synchronize();
        Pool.Trim();
        library?.Dispose();
        Accelerator.Dispose();
        context.Dispose();
    }
}
