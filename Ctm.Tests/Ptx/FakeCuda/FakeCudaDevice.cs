using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>
/// The PTX interpreter as a device: ILGPU's CUDA accelerator on <see cref="FakeCudaDriver"/>. Buffers have the length that was asked for
/// and are never used again, so that an access beyond a buffer's end, and a read of what was not written, are seen.
/// </summary>
internal static class FakeCudaDevice
{
    /// <summary>The name that tests choose it by.</summary>
    public const string Name = "cuda-fake";

    /// <summary>What was launched on it.</summary>
    public static LaunchRecorder Recorder { get; } = new(launch: true);

    /// <summary>Opens the device.</summary>
    public static ComputeDevice Open()
    {
        if (!FakeCudaApi.IsInstalled)
        {
            throw new InvalidOperationException("The fake CUDA driver is not in place: a real one was asked for in CTM_TEST_DEVICES.");
        }

        FakeCudaDriver.IsVisible = true;
        try
        {
            IlgpuDevice device = IlgpuContext.Open("cuda:0", b => b.Cuda(), c => c.GetCudaDevices()[0], exactMemory: true);
            device.Recorder = Recorder;
            FakeCudaDriver.NameOfLaunch = () => Recorder.Launches is [.., var last] ? last.Name : null;
            return device;
        }
        finally
        {
            FakeCudaDriver.IsVisible = false;
        }
    }
}
