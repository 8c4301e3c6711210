using System.Diagnostics;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Kernels.Devices;

/// <summary>
/// Where the launches of a device spend their time, by family and kernel. Off unless <see cref="ComputeDevice.Profile"/> is set. On
/// a device behind ILGPU each launch is waited for, so that its time is its own.
/// </summary>
public sealed class LaunchProfile
{
    private readonly Dictionary<(string Phase, Type? Body, string Detail), Entry> entries = [];

    /// <summary>What is going on: a name that later launches are counted under.</summary>
    public string Phase { get; set; } = string.Empty;

    /// <summary>Floating-point operations of the matrix products asked for, each side as the caller named it.</summary>
    public double MatrixFlops { get; private set; }

    /// <summary>What was launched, longest first.</summary>
    public IReadOnlyList<LaunchFigures> Read() =>
    [
        .. entries.Select(e => new LaunchFigures(
            e.Key.Phase,
            FamilyOf(e.Key.Body),
            e.Key.Body is null ? e.Key.Detail : NameOf(e.Key.Body),
            e.Value.Count,
            e.Value.Milliseconds,
            e.Value.Best,
            e.Value.Flops)).OrderByDescending(f => f.Milliseconds),
    ];

    /// <summary>Hears the body of every kernel that a device behind ILGPU has run, when it is done.</summary>
    internal Action<Type>? Launched { get; init; }

    internal void Count(in MatrixProduct product) => MatrixFlops += product.Flops;

    internal void Add(Type body, long start)
    {
        Add((Phase, body, string.Empty), start, 0);
        Launched?.Invoke(body);
    }

    internal void AddProduct(string what, int m, int n, int k, long start)
    {
        double flops = what == "pack" ? 0 : 2.0 * m * n * k;
        Add((Phase, null, what == "pack" ? $"pack {k}x{n}" : $"{what} {m}x{n}x{k}"), start, flops);
    }

    private static string FamilyOf(Type? body) =>
        body?.Namespace is { } space ? space[(space.LastIndexOf('.') + 1)..] : nameof(MatrixMultiply);

    private static string NameOf(Type body) => body.Name.Split('`')[0];

    private void Add((string, Type?, string) key, long start, double flops)
    {
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (!entries.TryGetValue(key, out Entry? entry))
        {
            entries[key] = entry = new Entry();
        }

        entry.Count++;
        entry.Milliseconds += milliseconds;
        entry.Best = Math.Min(entry.Best, milliseconds);
        entry.Flops += flops;
    }

    private sealed class Entry
    {
        public long Count { get; set; }

        public double Milliseconds { get; set; }

        public double Best { get; set; } = double.PositiveInfinity;

        public double Flops { get; set; }
    }
}

/// <summary>The launches of one kernel.</summary>
/// <param name="Phase">What was going on.</param>
/// <param name="Family">The kernel's family.</param>
/// <param name="Kernel">The kernel; a matrix product has its shape, m x n x k, behind its name.</param>
/// <param name="Launches">Number of launches.</param>
/// <param name="Milliseconds">Time that they took.</param>
/// <param name="Best">Time of the fastest launch, which other work on the machine disturbs least.</param>
/// <param name="Flops">Floating-point operations, counted for matrix products only.</param>
public readonly record struct LaunchFigures(
    string Phase, string Family, string Kernel, long Launches, double Milliseconds, double Best, double Flops);
