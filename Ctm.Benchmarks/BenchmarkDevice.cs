using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks;

/// <summary>The device that is measured: CTM_BENCH_DEVICE names it, cpu unless set.</summary>
internal static class BenchmarkDevice
{
    private const string Variable = "CTM_BENCH_DEVICE";
    private static readonly Lazy<ComputeDevice> Opened = new(() => ComputeDevice.Open(Name));

    public static string Name => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? name : "cpu";

    public static bool IsHost => Name == "cpu";

    public static ComputeDevice Shared => Opened.Value;

    public static void Close()
    {
        if (Opened.IsValueCreated)
        {
            Shared.Dispose();
        }
    }
}
