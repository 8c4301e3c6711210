using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using ILGPU;
using ILGPU.Runtime.OpenCL;

namespace Ctm.Tests.Kernels.Oclgrind;

/// <summary>
/// Oclgrind: an OpenCL device that interprets kernels and reports races, accesses out of bounds, reads of what was not written, and
/// barriers that not all threads of a group reach. Environment variables switch it on, as <c>.ci/oclgrind</c> sets them.
/// </summary>
internal static class OclgrindDevice
{
    public const string Name = "oclgrind";

    /// <summary>Whether this process was started to run kernels under Oclgrind.</summary>
    public static bool IsChosen => TestDevices.Names.Contains(Name);

    /// <summary>Opens it; its memory is exact, so that every access beyond the end of a buffer is one.</summary>
    public static ComputeDevice Open() => IlgpuContext.Open(Name, b => b.OpenCL(IsOclgrind), Choose, exactMemory: true);

    /// <summary>What it reports of the kernels that an action launches, one text a report, each with the kernel's name in front.</summary>
    public static IReadOnlyList<string> ReportsOf(ComputeDevice device, Action action)
    {
        var log = new OclgrindLog();
        var reports = new List<string>();
        var recorder = new LaunchRecorder(launch: true);
        ((IlgpuDevice)device).Recorder = recorder;
        device.Profile = new LaunchProfile
        {
            Launched = _ => reports.AddRange(log.ReadNew().Select(text => $"{recorder.Launches[^1].Name}: {text}")),
        };
        try
        {
            action();
            device.Synchronize();
            reports.AddRange(log.ReadNew());
        }
        finally
        {
            device.Profile = null;
            ((IlgpuDevice)device).Recorder = null;
        }

        return reports;
    }

    private static bool IsOclgrind(CLDevice device) => device.PlatformName.Contains("Oclgrind", StringComparison.OrdinalIgnoreCase);

    // Oclgrind's OpenCL C has no generic pointers, without which ILGPU refuses a device. At O2 ILGPU prints none.
    private static CLDevice Choose(Context context)
    {
        CLDevice device = context.GetCLDevices()[0];
        typeof(CLCapabilityContext).GetProperty(nameof(CLCapabilityContext.GenericAddressSpace))!
            .GetSetMethod(nonPublic: true)!.Invoke(device.Capabilities, [true]);
        return device;
    }
}
