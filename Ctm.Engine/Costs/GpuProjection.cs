namespace Ctm.Engine.Costs;

/// <summary>
/// What a step would take on a GPU with these rates if every kernel ran at the device's limit. A projection from counts, not a
/// measurement.
/// </summary>
/// <param name="Device">The device that the rates are those of.</param>
/// <param name="FlopsPerSecond">Float32 operations a second.</param>
/// <param name="BytesPerSecond">Bytes to and from memory a second.</param>
/// <param name="LaunchSeconds">Time of a launch.</param>
public sealed record GpuProjection(string Device, double FlopsPerSecond, double BytesPerSecond, double LaunchSeconds)
{
    /// <summary>An NVIDIA H100: 60 TFLOP/s in float32, 3.0 TB/s, 4 microseconds a launch.</summary>
    public static GpuProjection H100 { get; } = new("H100", 60e12, 3.0e12, 4e-6);

    /// <summary>Seconds of a step: launches one after another, and each kernel at its own limit, arithmetic or memory.</summary>
    public double StepSeconds(IEnumerable<KernelCost> costs) =>
        costs.Sum(c => c.Calls * ((c.DeviceLaunches * LaunchSeconds) + Math.Max(c.Flops / FlopsPerSecond, c.Bytes / BytesPerSecond)));

    /// <summary>Seconds without the launches.</summary>
    public double KernelSeconds(IEnumerable<KernelCost> costs) => (this with { LaunchSeconds = 0 }).StepSeconds(costs);

    /// <summary>Seconds that no order of kernels can go below: all operations at the peak, or all bytes at the bandwidth.</summary>
    public double FloorSeconds(IEnumerable<KernelCost> costs)
    {
        CostSum sum = CostSum.Of(costs);
        return Math.Max(sum.Flops / FlopsPerSecond, sum.Bytes / BytesPerSecond);
    }
}
