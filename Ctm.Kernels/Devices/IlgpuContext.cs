using Ctm.Kernels.Execution;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Ctm.Kernels.Devices;

/// <summary>The one place that creates ILGPU contexts.</summary>
internal static class IlgpuContext
{
    /// <summary>Warp and group of the simulated device: small, since a simulated barrier costs milliseconds.</summary>
    public static CPUDevice Simulated(int warpSize = 32) => new(warpSize, Math.Max(1, 64 / warpSize), 1);

    public static Context Create(Action<Context.Builder> devices) => Context.Create(builder =>
    {
        builder.Optimize(OptimizationLevel.O2).EnableAlgorithms();
        devices(builder);
    });

    /// <summary>Opens a device of a context of its own.</summary>
    /// <param name="name">The device's name.</param>
    /// <param name="devices">What the context knows.</param>
    /// <param name="choose">Picks the device.</param>
    /// <param name="exactMemory">No memory is pooled or rounded up: for tools that watch memory.</param>
    public static IlgpuDevice Open(
        string name, Action<Context.Builder> devices, Func<Context, Device> choose, bool exactMemory = false)
    {
        Context context = Create(devices);
        try
        {
            Accelerator accelerator = choose(context).CreateAccelerator(context);
            KeepUniformMarksOut(context);
            return new IlgpuDevice(name, context, accelerator, exactMemory);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A device that has memory and a large GPU's limits, and is told what it should launch. For a recorder that withholds all launches,
    /// <paramref name="simulated"/> may be left out.
    /// </summary>
    public static IlgpuDevice OpenRecording(LaunchRecorder recorder, CPUDevice? simulated = null)
    {
        IlgpuDevice device = Open("recording", b => b.CPU(simulated ?? new CPUDevice(2, 1, 1)), c => c.GetCPUDevices()[0]);
        device.Recorder = recorder;
        device.MostThreads = 1024;
        device.MostSharedBytes = 48 * 1024;
        return device;
    }

    public static IReadOnlyList<string> CudaDevices() => Names<CudaDevice>(b => b.Cuda());

    public static IReadOnlyList<string> OpenClDevices() => Names<CLDevice>(b => b.OpenCL());

    public static bool IsGpu(int openClIndex)
    {
        using Context context = Create(b => b.OpenCL());
        return context.GetCLDevices()[openClIndex].DeviceType == CLDeviceType.CL_DEVICE_TYPE_GPU;
    }

    // ILGPU 1.5.3 prints .uni on divergent branches at O2; its printer re-reads the level, its passes do not.
    internal static void KeepUniformMarksOut(Context context) =>
        typeof(ContextProperties).GetProperty(nameof(ContextProperties.OptimizationLevel))!
            .GetSetMethod(true)!.Invoke(context.Properties, [OptimizationLevel.O1]);

    private static IReadOnlyList<string> Names<TDevice>(Action<Context.Builder> devices)
        where TDevice : Device
    {
        try
        {
            using Context context = Create(devices);
            return [.. context.Devices.OfType<TDevice>().Select(device => device.Name)];
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or AcceleratorException or NotSupportedException)
        {
            return [];
        }
    }
}
