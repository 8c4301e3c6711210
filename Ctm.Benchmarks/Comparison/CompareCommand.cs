using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Measurements;
using Ctm.Tasks;

namespace Ctm.Benchmarks.Comparison;

/// <summary>The <c>compare</c> verb: the engine beside other implementations of the same model, in one process, in turns.</summary>
internal static class CompareCommand
{
    public const string Verb = "compare";
    private const int ProfiledSteps = 3;

    /// <summary>Runs it. Exit codes: 0 done, 1 a side failed or disagrees, 2 wrong usage.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            return Run(CompareOptions.Parse(arguments), Console.Out);
        }
        catch (Exception e) when (e is TaskSettingException or ModelConfigurationException)
        {
            Console.Error.WriteLine($"{Verb}: {e.Message}");
            return 2;
        }
    }

    private static int Run(CompareOptions options, TextWriter output)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", options.Threads);
        using var engine = new EngineSide(device, options.Core);
        HostRates rates = HostRates.Measure(options.Threads);
        var sides = new List<SideTimes> { new(engine) };
        int rounds = Rounds(sides, options);
        IReadOnlyList<ProfileLine>? profile = options.Profile ? EngineProfile.Of(engine, ProfiledSteps) : null;
        var figures = new ComparisonFigures
        {
            Config = options.Core.Name,
            Ticks = options.Core.Model.Ticks,
            Batch = options.Core.Batch,
            Threads = options.Threads,
            Rounds = rounds,
            FmaPeakGflops = rates.FmaPeakGflops,
            BandwidthGbs = rates.BandwidthGbs,
            Engine = SideFigures.Of(sides[0]),
            Peers = [.. sides.Skip(1).Select(SideFigures.Of)],
            Profile = profile,
        };
        output.WriteLine(JsonFiles.ToText(figures with { Profile = null }));
        if (profile is not null)
        {
            EngineProfile.Print(profile, output);
        }

        if (options.Json is { } file)
        {
            JsonFiles.Write(file, figures);
        }

        return 0;
    }

    private static int Rounds(List<SideTimes> sides, CompareOptions options)
    {
        foreach (SideTimes side in sides)
        {
            side.Round(counts: false);
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        int round = 0;
        do
        {
            foreach (SideTimes side in sides)
            {
                side.Round(counts: true);
            }

            round++;
        }
        while (round < options.Repeats && clock.Elapsed.TotalSeconds < options.Seconds);
        return round;
    }
}
