using System.Diagnostics;
using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Checks;

/// <summary>What one operation came to on a device.</summary>
/// <param name="Case">The operation and its size.</param>
/// <param name="Error">
/// Largest difference from the reference device's results, relative to the largest value of the array that it is in; NaN where one of both
/// is not a number.
/// </param>
/// <param name="Tolerance">What the error may be.</param>
/// <param name="Seconds">Time of a run; 0 where it was not measured.</param>
/// <param name="Failure">Why it could not be run; null where it could.</param>
public sealed record KernelCheck(KernelCase Case, double Error, double Tolerance, double Seconds = 0, string? Failure = null)
{
    private const double SecondsOfRun = 0.01;
    private const int Repeats = 3;

    /// <summary>Whether it ran and its results are right.</summary>
    public bool Passed => Failure is null && Error <= Tolerance;

    /// <summary>Runs an operation on a device and a reference, on the same arguments.</summary>
    /// <param name="one">The operation.</param>
    /// <param name="device">The device to check.</param>
    /// <param name="reference">The device to trust.</param>
    /// <param name="time">Whether to time it on the device too.</param>
    public static KernelCheck Of(KernelCase one, ComputeDevice device, ComputeDevice reference, bool time = false)
    {
        using var expectedBuffers = new CaseBuffers(reference);
        one.Prepare(expectedBuffers)();
        IReadOnlyList<float[]> expected = expectedBuffers.Read();
        using var buffers = new CaseBuffers(device);
        Action run = one.Prepare(buffers);
        run();
        double error = expected.Zip(buffers.Read(), Difference).Aggregate(0.0, Larger);
        return new KernelCheck(one, error, ToleranceOf(one, expected), time ? Time(device, run) : 0);
    }

    /// <summary>
    /// Two devices sum in different orders, and contract multiplications and additions differently: each of n roundings adds up to half a
    /// unit in the last place, in random directions, so that sums of n terms differ by about sqrt(n) units; exp, log and division by a
    /// few more. Sixteen times that is allowed, and what the case itself allows.
    /// </summary>
    internal static double ToleranceOf(KernelCase one, IReadOnlyList<float[]> arrays)
    {
        const double unit = 1.0 / (1 << 23);
        double terms = one.Flops / Math.Max(1, arrays.Where(a => a.Length > 0).Select(a => a.Length).DefaultIfEmpty(1).Min());
        return (16 * unit * Math.Sqrt(Math.Max(4, terms))) + one.Rounding;
    }

    // NaN is the largest.
    private static double Larger(double a, double b) => double.IsNaN(a) || a > b ? a : b;

    private static double Difference(float[] expected, float[] actual)
    {
        double largest = 0, scale = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = expected[i].Equals(actual[i]) ? 0 : Math.Abs((double)expected[i] - actual[i]);
            largest = Larger(largest, difference);
            scale = Math.Max(scale, double.IsFinite(expected[i]) ? Math.Abs(expected[i]) : 0);
        }

        return largest == 0 ? 0 : largest / Math.Max(scale, float.Epsilon);
    }

    private static double Time(ComputeDevice device, Action run)
    {
        double best = double.PositiveInfinity;
        for (int runs = 1, repeats = 0; repeats < Repeats;)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < runs; i++)
            {
                run();
            }

            device.Synchronize();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Min(best, seconds / runs);
            if (seconds < SecondsOfRun && runs < 1 << 12)
            {
                runs *= 2;
            }
            else
            {
                repeats++;
            }
        }

        return best;
    }
}
