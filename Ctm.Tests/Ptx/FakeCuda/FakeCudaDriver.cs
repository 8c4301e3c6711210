using System.Runtime.InteropServices;
using System.Text;
using Ctm.Tests.Ptx.Execution;
using Ctm.Tests.Ptx.Reading;
using ILGPU.Runtime.Cuda;

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>
/// The functions of the CUDA driver that ILGPU calls, for one device that is an interpreter: its memory is the host's, its modules are
/// PTX texts, its launches are carried out at once. Names and parameters are the driver's; <see cref="FakeCudaApi"/> binds them. What is
/// not here ILGPU does not call, or gets an error that names it.
/// </summary>
public static unsafe class FakeCudaDriver
{
    private const int DriverVersion = 12090;
    private const nint MemoryBytes = 1 << 30;
    private static readonly List<(PtxProgram Program, string Entry)> Modules = [];

    /// <summary>Whether the device is to be seen. Only who opens it sees it: it is not a device of the machine.</summary>
    internal static bool IsVisible { get; set; }

    /// <summary>Says which kernel is being launched, for reports: the entry points of most have the same name.</summary>
    internal static Func<string?>? NameOfLaunch { get; set; }

    internal static DeviceMemoryMap Memory { get; } = new();

    internal static PtxFindings Findings { get; } = new();

    internal static PtxMachine Machine { get; } = new(Memory, Findings);

    public static CudaError cuInit(int flags) => CudaError.CUDA_SUCCESS;

    public static CudaError cuDriverGetVersion(out int version) => Give(DriverVersion, out version);

    public static CudaError cuDeviceGetCount(out int count) => Give(IsVisible ? 1 : 0, out count);

    public static CudaError cuDeviceGet(out int device, int ordinal) => Give(ordinal, out device);

    public static CudaError cuDeviceGetName(byte[] name, int length, int device)
    {
        Encoding.ASCII.GetBytes("PTX interpreter\0", name);
        return CudaError.CUDA_SUCCESS;
    }

    public static CudaError cuDeviceTotalMem_v2(out nint bytes, int device) => Give(MemoryBytes, out bytes);

    public static CudaError cuMemGetInfo_v2(out nint free, out nint total)
    {
        (free, total) = (MemoryBytes, MemoryBytes);
        return CudaError.CUDA_SUCCESS;
    }

    public static CudaError cuDeviceGetAttribute(out int value, DeviceAttributeKind attribute, int device) =>
        Give(FakeCudaAttributes.Of((int)attribute), out value);

    public static CudaError cuCtxCreate_v2(out nint context, CudaAcceleratorFlags flags, int device) => Give(1, out context);

    public static CudaError cuCtxDestroy_v2(nint context) => CudaError.CUDA_SUCCESS;

    public static CudaError cuCtxSetCurrent(nint context) => CudaError.CUDA_SUCCESS;

    public static CudaError cuCtxSynchronize() => CudaError.CUDA_SUCCESS;

    public static CudaError cuCtxGetCacheConfig(out CudaCacheConfiguration configuration) => Give(default, out configuration);

    public static CudaError cuCtxGetSharedMemConfig(out CudaSharedMemoryConfiguration configuration) => Give(default, out configuration);

    public static CudaError cuPointerGetAttribute(nint data, int attribute, nint pointer) => CudaError.CUDA_SUCCESS;

    public static CudaError cuMemAlloc_v2(out nint address, nint bytes) => Give((nint)Memory.Allocate(bytes), out address);

    public static CudaError cuMemFree_v2(nint address) =>
        Memory.Free((ulong)address) ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_INVALID_VALUE;

    public static CudaError cuMemAllocHost_v2(out nint address, nint bytes) =>
        Give((nint)NativeMemory.Alloc((nuint)bytes), out address);

    public static CudaError cuMemFreeHost(nint address)
    {
        NativeMemory.Free((void*)address);
        return CudaError.CUDA_SUCCESS;
    }

    public static CudaError cuMemcpyAsync(nint target, nint source, nint bytes, nint stream)
    {
        if (!IsWithinABuffer(target, bytes) || !IsWithinABuffer(source, bytes))
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }

        Buffer.MemoryCopy((void*)source, (void*)target, bytes, bytes);
        MarkWritten(target, bytes);
        return CudaError.CUDA_SUCCESS;
    }

    public static CudaError cuMemsetD8Async(nint target, byte value, nint bytes, nint stream)
    {
        if (!IsWithinABuffer(target, bytes))
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }

        new Span<byte>((void*)target, (int)bytes).Fill(value);
        MarkWritten(target, bytes);
        return CudaError.CUDA_SUCCESS;
    }

    public static CudaError cuStreamCreate(out nint stream, StreamFlags flags) => Give(1, out stream);

    public static CudaError cuStreamCreateWithPriority(out nint stream, StreamFlags flags, int priority) => Give(1, out stream);

    public static CudaError cuStreamDestroy_v2(nint stream) => CudaError.CUDA_SUCCESS;

    public static CudaError cuStreamSynchronize(nint stream) => CudaError.CUDA_SUCCESS;

    public static CudaError cuGetErrorString(CudaError error, out nint text) =>
        Give(Marshal.StringToHGlobalAnsi($"{error} (PTX interpreter)"), out text);

    public static CudaError cuModuleLoadData(out nint module, string text)
    {
        PtxKernel kernel = PtxReader.Read(text);
        Modules.Add((new PtxProgram(kernel), kernel.Name));
        return Give(Modules.Count, out module);
    }

    public static CudaError cuModuleLoadDataEx(out nint module, string text, int options, nint names, nint values) =>
        cuModuleLoadData(out module, text);

    public static CudaError cuModuleUnload(nint module) => CudaError.CUDA_SUCCESS;

    public static CudaError cuModuleGetFunction(out nint function, nint module, string name)
    {
        function = module;
        return Modules[(int)module - 1].Entry == name ? CudaError.CUDA_SUCCESS : CudaError.CUDA_ERROR_NOT_FOUND;
    }

    public static CudaError cuLaunchKernel(
        nint function,
        int gridX,
        int gridY,
        int gridZ,
        int sizeX,
        int sizeY,
        int sizeZ,
        int sharedBytes,
        nint stream,
        nint arguments,
        nint extra)
    {
        (PtxProgram program, string entry) = Modules[(int)function - 1];
        var grid = new PtxSize(gridX, gridY, gridZ);
        var size = new PtxSize(sizeX, sizeY, sizeZ);
        byte* packed = FakeCudaAttributes.PackedArguments((nint*)extra, out nint bytes);
        if (!FakeCudaAttributes.Allows(grid, size) || sharedBytes != 0 || packed is null || bytes < program.Kernel.ParameterBytes)
        {
            return CudaError.CUDA_ERROR_INVALID_VALUE;
        }

        Machine.Launch(program, NameOfLaunch?.Invoke() ?? entry, packed, grid, size);
        return CudaError.CUDA_SUCCESS;
    }

    public static CudaError cuOccupancyMaxActiveBlocksPerMultiprocessor(out int groups, nint function, int size, nint sharedBytes) =>
        Give(2, out groups);

    private static CudaError Give<T>(T value, out T result)
    {
        result = value;
        return CudaError.CUDA_SUCCESS;
    }

    // The host's own memory is nobody's buffer; a copy that begins in a buffer must end in it.
    private static bool IsWithinABuffer(nint address, nint bytes) =>
        Memory.Find((ulong)address) is not { } region || (ulong)address - (ulong)region.Start + (ulong)bytes <= (ulong)region.Length;

    private static void MarkWritten(nint address, nint bytes)
    {
        if (bytes > 0 && Memory.Find((ulong)address) is { } region)
        {
            region.MarkWritten(address - (nint)region.Start, bytes);
        }
    }
}
