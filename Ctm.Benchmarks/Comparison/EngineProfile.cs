using System.Globalization;
using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks.Comparison;

/// <summary>Where a step of the engine spends its time.</summary>
internal static class EngineProfile
{
    /// <summary>Profiles a few steps; the figures are those of one.</summary>
    public static IReadOnlyList<ProfileLine> Of(EngineSide engine, int steps)
    {
        LaunchProfile profile = engine.Device.Profile = new LaunchProfile();
        var clock = new Dictionary<string, double>();
        for (int i = 0; i < steps; i++)
        {
            Time("forward", engine.Forward);
            Time("backward", engine.Backward);
            Time("optimizer", engine.Optimize);
        }

        engine.Device.Profile = null;
        IReadOnlyList<LaunchFigures> found = profile.Read();
        return
        [
            .. found.Select(f => new ProfileLine(
                f.Phase,
                f.Family,
                f.Kernel,
                (double)f.Launches / steps,
                f.Milliseconds / steps,
                f.Best * f.Launches / steps,
                f.Flops > 0 ? f.Flops / f.Launches / f.Best * 1e-6 : null)),
            .. clock.Select(c =>
            {
                double between = (c.Value - found.Where(f => f.Phase == c.Key).Sum(f => f.Milliseconds)) / steps;
                return new ProfileLine(c.Key, "between launches", string.Empty, 0, between, between, null);
            }),
        ];

        void Time(string phase, Action run)
        {
            profile.Phase = phase;
            var watch = System.Diagnostics.Stopwatch.StartNew();
            run();
            clock[phase] = clock.GetValueOrDefault(phase) + watch.Elapsed.TotalMilliseconds;
        }
    }

    /// <summary>Families, and the kernels that take a hundredth of the step or more.</summary>
    public static void Print(IReadOnlyList<ProfileLine> lines, TextWriter output)
    {
        double total = lines.Sum(l => l.Ms), best = lines.Sum(l => l.BestMs);
        output.WriteLine(Text($"one step: {total:F1} ms, {best:F1} ms if every launch took what the fastest of its kind took"));
        var families = lines.GroupBy(l => (l.Phase, l.Family))
            .Select(g => (g.Key, Ms: g.Sum(l => l.Ms), Best: g.Sum(l => l.BestMs), Launches: g.Sum(l => l.Launches)));
        foreach (((string phase, string family), double ms, double fastest, double launches) in families.OrderByDescending(f => f.Best))
        {
            output.WriteLine(Text(
                $"  {phase,-10} {family,-20} {ms,9:F1} ms  best {fastest,9:F1} ms {100 * fastest / best,5:F1} % {launches,6:F0} launches"));
        }

        output.WriteLine("kernels");
        foreach (ProfileLine line in lines.Where(l => l.BestMs >= best / 100).OrderByDescending(l => l.BestMs))
        {
            string rate = line.BestGflops is { } g ? Text($"{g,6:F0} GFLOP/s") : string.Empty;
            double each = 1000 * line.BestMs / Math.Max(1, line.Launches);
            FormattableString name = $"  {line.Phase,-10} {line.Family,-20} {line.Kernel,-26}";
            output.WriteLine(Text(name) + Text($" best {line.BestMs,9:F1} ms {line.Launches,6:F0} x {each,9:F1} us {rate}"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
