using System.Diagnostics;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Kernels.Measurements;

/// <summary>How fast the host is; each figure the best of several short runs.</summary>
/// <param name="Threads">Threads.</param>
/// <param name="FmaPeakGflops">Multiply-adds on registers, all threads.</param>
/// <param name="GemmGflops">Product of two 1024 x 1024 matrices.</param>
/// <param name="BandwidthGbs">Bytes read and written a second by a copy far larger than the caches.</param>
public sealed record HostRates(int Threads, double FmaPeakGflops, double GemmGflops, double BandwidthGbs)
{
    private const int Size = 1024;
    private const int CopiedFloats = 32 << 20;
    private const double SecondsEach = 0.8;

    /// <summary>Measures for some seconds.</summary>
    /// <param name="threads">Threads; 0 for one a core.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    public static HostRates Measure(int threads = 0, CancellationToken cancellation = default)
    {
        using ComputeDevice host = ComputeDevice.Open("cpu", threads);
        threads = ((HostDevice)host).ThreadCount;
        return new HostRates(threads, MultiplyAdds(threads, cancellation), Gemm(host, cancellation), Copy(threads, cancellation));
    }

    // Every thread's best, all of them at work: short stretches, so that a busy machine spoils some and not all.
    private static double MultiplyAdds(int threads, CancellationToken cancellation)
    {
        double[] best = new double[threads];
        float[] results = new float[threads];
        InParallel(threads, t =>
        {
            for (var total = Stopwatch.StartNew(); total.Elapsed.TotalSeconds < SecondsEach && !cancellation.IsCancellationRequested;)
            {
                long start = Stopwatch.GetTimestamp();
                results[t] += FmaLoop.Run();
                best[t] = Math.Max(best[t], FmaLoop.Flops / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        });
        cancellation.ThrowIfCancellationRequested();
        return 1e-9 * best.Sum();
    }

    private static double Gemm(ComputeDevice host, CancellationToken cancellation)
    {
        var values = new float[Size * Size];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (i % 7) - 3;
        }

        using DeviceBuffer<float> a = host.Allocate<float>(values.AsSpan()), b = host.Allocate<float>(values.AsSpan());
        using DeviceBuffer<float> c = host.Allocate<float>(values.Length);
        var product = new MatrixProduct(Size, Size, Size);
        return 1e-9 * Best(cancellation, () =>
        {
            host.MatrixMultiply.Multiply(a.View, b.View, c.View, product);
            host.Synchronize();
            return product.Flops;
        });
    }

    private static double Copy(int threads, CancellationToken cancellation)
    {
        float[] source = new float[CopiedFloats], target = new float[CopiedFloats];
        Array.Fill(source, 1f);
        return 1e-9 * Best(cancellation, () =>
        {
            InParallel(threads, t =>
            {
                int from = (int)((long)CopiedFloats * t / threads), to = (int)((long)CopiedFloats * (t + 1) / threads);
                source.AsSpan(from, to - from).CopyTo(target.AsSpan(from));
            });
            return 2.0 * sizeof(float) * CopiedFloats;
        });
    }

    private static void InParallel(int threads, Action<int> work)
    {
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(t => new Thread(() => work(t)))];
        foreach (Thread thread in others)
        {
            thread.Start();
        }

        work(0);
        foreach (Thread thread in others)
        {
            thread.Join();
        }
    }

    // Units of work a second.
    private static double Best(CancellationToken cancellation, Func<double> run)
    {
        double best = 0;
        for (var total = Stopwatch.StartNew(); total.Elapsed.TotalSeconds < SecondsEach;)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            double work = run();
            best = Math.Max(best, work / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
