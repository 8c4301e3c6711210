using System.Diagnostics;
using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Measurements;

/// <summary>How fast a device is, measured by kernels that do nothing else.</summary>
/// <param name="FmaPeakGflops">Multiply-adds on registers, in 10^9 operations a second.</param>
/// <param name="BandwidthGbs">Bytes read and written by a copy, in 10^9 a second.</param>
public sealed record DeviceRates(double FmaPeakGflops, double BandwidthGbs)
{
    private const double SecondsEach = 0.5, SecondsOfRun = 0.01;

    /// <summary>Measures for about a second.</summary>
    /// <param name="device">The device.</param>
    /// <param name="small">Little work, for a device that is a simulator.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    public static DeviceRates Measure(ComputeDevice device, bool small = false, CancellationToken cancellation = default)
    {
        using DeviceBuffer<float> source = device.Allocate<float>(small ? 1 << 12 : 1 << 25);
        using DeviceBuffer<float> target = device.Allocate<float>(source.Length);
        device.Elementwise.Fill(source.View, 1f);
        double bandwidth = Best(device, cancellation, 1, runs =>
        {
            for (int i = 0; i < runs; i++)
            {
                device.Elementwise.Copy(source.View, target.View);
            }

            return 8.0 * source.Length * runs;
        });
        DeviceView<float> values = source.Slice(0, small ? 256 : 1 << 18);
        double flops = Best(device, cancellation, small ? 4 : 256, rounds =>
        {
            device.Measurements.MultiplyAdds(values, rounds);
            return MeasurementKernels.MultiplyAddsFlops(values.Length, rounds);
        });
        return new DeviceRates(1e-9 * flops, 1e-9 * bandwidth);
    }

    // Units of work a second. The amount grows until a run takes long enough for launching to count little.
    private static double Best(ComputeDevice device, CancellationToken cancellation, int amount, Func<int, double> run)
    {
        run(1);
        device.Synchronize();
        double best = 0;
        for (var total = Stopwatch.StartNew(); best == 0 || total.Elapsed.TotalSeconds < SecondsEach;)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            double work = run(amount);
            device.Synchronize();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, work / seconds);
            if (seconds < SecondsOfRun && amount < 1 << 20)
            {
                amount *= 2;
            }
        }

        return best;
    }
}
