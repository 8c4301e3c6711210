using System.Diagnostics;
using System.Globalization;
using Ctm.Benchmarks.Comparison;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks;
using Ctm.Tasks.Cores;
using Ctm.Tasks.Reports;
using ScottPlot;

namespace Ctm.Benchmarks.Scaling;

/// <summary>The <c>scaling</c> verb: how the time of a training step grows with ticks and with the batch, as a table and a picture.</summary>
internal static class ScalingCommand
{
    public const string Verb = "scaling";
    private const string Usage = "scaling --config NAME --out FILE.png [--device D] [--threads N] [--rounds N] [--json FILE]";
    private const int Batch = 16, Ticks = 10;
    private static readonly int[] TickCounts = [10, 25, 50, 100, 200], Batches = [16, 32, 64, 128, 256];

    /// <summary>Runs it. Exit codes: 0 done, 2 wrong usage.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            Dictionary<string, string> options = Parse(arguments);
            ModelCore core = ModelCore.Named(options["--config"]);
            string device = options.GetValueOrDefault("--device", "cpu");
            int threads = Count(options, "--threads", Environment.ProcessorCount), rounds = Count(options, "--rounds", 3);
            var figures = new ScalingFigures
            {
                Config = core.Name,
                Device = device,
                Threads = threads,
                Rounds = rounds,
                ByTicks = Measure(TickCounts, n => core.With(n, Batch), device, threads, rounds),
                ByBatch = Measure(Batches, n => core.With(Ticks, n), device, threads, rounds),
            };
            Console.WriteLine(JsonFiles.ToText(figures));
            Draw(figures, options["--out"]);
            if (options.TryGetValue("--json", out string? file))
            {
                JsonFiles.Write(file, figures);
            }

            return 0;
        }
        catch (Exception e) when (e is TaskSettingException or ModelConfigurationException or DeviceNotFoundException)
        {
            Console.Error.WriteLine($"{Verb}: {e.Message}");
            return 2;
        }
    }

    private static Dictionary<string, string> Parse(IReadOnlyList<string> arguments)
    {
        var options = new Dictionary<string, string>();
        for (int i = 0; i < arguments.Count; i += 2)
        {
            if (arguments[i] is not ("--config" or "--out" or "--device" or "--threads" or "--rounds" or "--json"))
            {
                throw new TaskSettingException($"'{arguments[i]}' is unknown: {Usage}");
            }

            options[arguments[i]] = i + 1 < arguments.Count
                ? arguments[i + 1]
                : throw new TaskSettingException($"{arguments[i]} needs a value: {Usage}");
        }

        foreach (string needed in new[] { "--config", "--out" }.Where(n => !options.ContainsKey(n)))
        {
            throw new TaskSettingException($"{needed} is missing: {Usage}");
        }

        foreach (string file in new[] { "--out", "--json" }.Where(options.ContainsKey))
        {
            Comparison.CompareOptions.NewFile(file, options[file]);
        }

        return options;
    }

    private static int Count(Dictionary<string, string> options, string option, int otherwise) =>
        !options.TryGetValue(option, out string? text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value
        : throw new TaskSettingException($"{option} takes a whole number of 1 or more, not '{text}'.");

    // Sizes take turns, so that what else the machine does falls on all of them.
    private static ScalingPoint[] Measure(int[] sizes, Func<int, ModelCore> core, string name, int threads, int rounds)
    {
        using ComputeDevice device = ComputeDevice.Open(name, threads);
        EngineSide[] sides = [.. sizes.Select(n => new EngineSide(device, core(n), checkpointTicks: 0))];
        var times = sizes.Select(_ => new List<double>()).ToArray();
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < sides.Length; i++)
            {
                var clock = Stopwatch.StartNew();
                sides[i].Forward();
                sides[i].Backward();
                sides[i].Optimize();
                if (round >= 0)
                {
                    times[i].Add(clock.Elapsed.TotalMilliseconds);
                }
            }
        }

        foreach (EngineSide side in sides)
        {
            side.Dispose();
        }

        return [.. sizes.Zip(times, (n, t) => new ScalingPoint(n, Spread.Of(t).Median, Spread.Of(t).Least))];
    }

    private static void Draw(ScalingFigures figures, string file) => ReportPlot.Save(
        file,
        [
            Draw(figures.ByTicks, figures.Config, FormattableString.Invariant($"ticks, batch {Batch}")),
            Draw(figures.ByBatch, figures.Config, FormattableString.Invariant($"batch, {Ticks} ticks")),
        ],
        1120,
        420);

    private static Plot Draw(ScalingPoint[] points, string config, string x)
    {
        Plot plot = ReportPlot.Create($"{config}: ms a training step", x);
        (double slope, double start) = ScalingFigures.Line(points);
        ReportPlot.Curve(
            plot,
            [.. new[] { points[0], points[^1] }.Select(p => ((double)p.Size, start + (slope * p.Size)))],
            ReportPlot.Orange,
            FormattableString.Invariant($"line, {slope:F2} ms each"));
        ReportPlot.Curve(plot, [.. points.Select(p => ((double)p.Size, p.MedianMs))], ReportPlot.Blue, "measured", marked: true);
        ReportPlot.ShowLegend(plot);
        return plot;
    }
}
