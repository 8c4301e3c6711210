using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels;

/// <summary>
/// The devices that every kernel test runs on, opened once: the host with 1 and 2 threads' results being equal is checked
/// elsewhere. CTM_TEST_DEVICES, a comma-separated list, chooses others (opencl:0, cuda:0).
/// </summary>
internal static class TestDevices
{
    private static readonly Dictionary<string, ComputeDevice> Opened = [];

    public static IEnumerable<string> Names =>
        (Environment.GetEnvironmentVariable("CTM_TEST_DEVICES") ?? "cpu,ilgpu-cpu").Split(',');

    public static ComputeDevice Open(string name)
    {
        lock (Opened)
        {
            if (!Opened.TryGetValue(name, out ComputeDevice? device))
            {
                Opened[name] = device = ComputeDevice.Open(name, name == "cpu" ? 2 : 0);
            }

            return device;
        }
    }
}
