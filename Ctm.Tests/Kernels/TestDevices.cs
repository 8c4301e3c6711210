using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels.Oclgrind;
using Ctm.Tests.Ptx.FakeCuda;

namespace Ctm.Tests.Kernels;

/// <summary>
/// The devices that every kernel test runs on, opened once: the host with 1 and 2 threads' results being equal is checked
/// elsewhere. CTM_TEST_DEVICES, a comma-separated list, chooses others: those that <c>--device</c> takes, the simulator with another warp
/// size as <c>ilgpu-cpu/4</c>, Oclgrind as <c>oclgrind</c>, and the PTX interpreter
/// as <c>cuda-fake</c>.
/// </summary>
internal static class TestDevices
{
    private const string Simulator = "ilgpu-cpu/";
    private static readonly Dictionary<string, ComputeDevice> Opened = [];

    public static IEnumerable<string> Names =>
        (Environment.GetEnvironmentVariable("CTM_TEST_DEVICES") ?? "cpu,ilgpu-cpu").Split(',');

    public static ComputeDevice Open(string name)
    {
        lock (Opened)
        {
            if (!Opened.TryGetValue(name, out ComputeDevice? device))
            {
                Opened[name] = device = OpenNew(name);
            }

            return device;
        }
    }

    private static ComputeDevice OpenNew(string name)
    {
        if (name == OclgrindDevice.Name)
        {
            return OclgrindDevice.Open();
        }

        if (name == FakeCudaDevice.Name)
        {
            return FakeCudaDevice.Open();
        }

        return name.StartsWith(Simulator, StringComparison.Ordinal)
            ? ComputeDevice.OpenSimulator(int.Parse(name[Simulator.Length..], System.Globalization.CultureInfo.InvariantCulture))
            : ComputeDevice.Open(name, name == "cpu" ? 2 : 0);
    }
}
