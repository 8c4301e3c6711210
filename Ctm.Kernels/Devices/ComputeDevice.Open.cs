using System.Globalization;
using Ctm.Kernels.MatrixMultiply;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Ctm.Kernels.Devices;

/// <content>Finding and opening devices.</content>
public abstract partial class ComputeDevice
{
    private const string Cublas = "+cublas";

    /// <summary>Opens CUDA's first device, else the first OpenCL GPU, else the host.</summary>
    public static ComputeDevice Open()
    {
        if (IlgpuContext.CudaDevices().Count > 0)
        {
            return Open("cuda:0");
        }

        for (int i = 0; i < IlgpuContext.OpenClDevices().Count; i++)
        {
            if (IlgpuContext.IsGpu(i))
            {
                return Open($"opencl:{i}");
            }
        }

        return Open("cpu");
    }

    /// <summary>
    /// Opens a device by name: <c>cuda:N</c>, <c>opencl:N</c>, <c>cpu</c> or <c>ilgpu-cpu</c>. <c>cuda:N+cublas</c> multiplies matrices by
    /// cuBLAS, of CUDA 10, 11 or 12, instead of by kernels of this library.
    /// </summary>
    /// <param name="name">The name; <c>auto</c> chooses as <see cref="Open()"/> does.</param>
    /// <param name="threads">Host threads for <c>cpu</c>; 0 for one a core.</param>
    /// <exception cref="DeviceNotFoundException">When there is no such device, or no cuBLAS; says what there is.</exception>
    public static ComputeDevice Open(string name, int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        if (name == "auto")
        {
            return Open();
        }

        if (name == "cpu")
        {
            return new HostDevice(threads == 0 ? Environment.ProcessorCount : threads);
        }

        if (name == "ilgpu-cpu")
        {
            return OpenSimulator(32);
        }

        bool withCublas = name.EndsWith(Cublas, StringComparison.Ordinal);
        string[] parts = (withCublas ? name[..^Cublas.Length] : name).Split(':');
        if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            if (parts[0] == "cuda" && index < IlgpuContext.CudaDevices().Count)
            {
                IlgpuDevice device = IlgpuContext.Open(name, b => b.Cuda(), c => c.GetCudaDevices()[index]);
                return withCublas ? WithCublas(device) : device;
            }

            if (parts[0] == "opencl" && !withCublas && index < IlgpuContext.OpenClDevices().Count)
            {
                return IlgpuContext.Open(name, b => b.OpenCL(), c => c.GetCLDevices()[index]);
            }
        }

        string found = string.Join(", ", List().Select(d => d.Name));
        throw new DeviceNotFoundException(
            withCublas && parts[0] != "cuda"
                ? $"cuBLAS is for CUDA devices, as in cuda:0{Cublas}, not for '{name}': this machine has {found}."
                : $"There is no device '{name}': this machine has {found}.");
    }

    /// <summary>The devices of this machine, best first, with what they are.</summary>
    public static IReadOnlyList<(string Name, string Description)> List()
    {
        var found = new List<(string, string)>();
        found.AddRange(IlgpuContext.CudaDevices().Select((d, i) => ($"cuda:{i}", d)));
        found.AddRange(IlgpuContext.OpenClDevices().Select((d, i) => ($"opencl:{i}", d)));
        using (ComputeDevice host = Open("cpu"))
        {
            found.Add((host.Name, host.Description));
        }

        found.Add(("ilgpu-cpu", "ILGPU's simulator, for tests"));
        return found;
    }

    private static IlgpuDevice WithCublas(IlgpuDevice device)
    {
        try
        {
            device.UseLibrary(new CublasLibrary(device));
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>ILGPU's simulator with a given warp size, for tests.</summary>
    internal static ComputeDevice OpenSimulator(int warpSize) =>
        IlgpuContext.Open("ilgpu-cpu", b => b.CPU(IlgpuContext.Simulated(warpSize)), c => c.GetCPUDevices()[0]);
}
