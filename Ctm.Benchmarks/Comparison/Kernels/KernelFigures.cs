namespace Ctm.Benchmarks.Comparison.Kernels;

/// <summary>What <see cref="KernelComparison"/> found.</summary>
/// <param name="Threads">Threads of both sides.</param>
/// <param name="Repeats">Calls that count.</param>
/// <param name="FmaPeakGflops">The machine's measured peak of multiply-adds, in the same run.</param>
/// <param name="Kernels">Kernel by kernel.</param>
internal sealed record KernelComparisonFigures(int Threads, int Repeats, double FmaPeakGflops, IReadOnlyList<KernelFigures> Kernels);

/// <summary>One computation on both sides. Times are of one call, medians unless named least.</summary>
internal sealed record KernelFigures
{
    public required string Kernel { get; init; }

    public required double EngineMs { get; init; }

    public required double EngineLeastMs { get; init; }

    public required double PeerMs { get; init; }

    public required double PeerLeastMs { get; init; }

    /// <summary>The peer's time divided by the engine's.</summary>
    public required double Ratio { get; init; }

    /// <summary>The engine's rate.</summary>
    public required double Gflops { get; init; }

    /// <summary>The engine's rate as a share of the peak.</summary>
    public required double OfPeak { get; init; }

    /// <summary>The same of the fastest call, which other work on the machine disturbed least.</summary>
    public required double BestOfPeak { get; init; }

    /// <summary>The largest difference between the results, as a share of the largest value.</summary>
    public required double Difference { get; init; }

    /// <summary>One line.</summary>
    public string Describe() => FormattableString.Invariant($"{Kernel}: engine {EngineMs:F2} ms, {Gflops:F0} GFLOP/s, ")
        + FormattableString.Invariant($"{100 * OfPeak:F0} % of the peak (at best {100 * BestOfPeak:F0} %); ")
        + FormattableString.Invariant($"libtorch {PeerMs:F2} ms, {Ratio:F1} times; difference {Difference:E1}");
}
