using System.Diagnostics;
using System.Globalization;
using Ctm.Engine.Costs;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Measurements;
using Ctm.Tasks;
using Ctm.Tasks.Cores;

namespace Ctm.Benchmarks.Comparison;

/// <summary>The <c>compare</c> verb: the engine beside other implementations of the same model, in one process, in turns.</summary>
internal static class CompareCommand
{
    public const string Verb = "compare";
    private const int ProfiledSteps = 3;

    /// <summary>Runs it. Exit codes: 0 done, 1 a peer disagrees, 2 wrong usage.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            return Run(CompareOptions.Parse(arguments), Console.Out);
        }
        catch (Exception e) when (e is TaskSettingException or ModelConfigurationException or DeviceNotFoundException)
        {
            Console.Error.WriteLine($"{Verb}: {e.Message}");
            return 2;
        }
    }

    private static int Run(CompareOptions options, TextWriter output)
    {
        using ComputeDevice device = ComputeDevice.Open(options.Device, options.Threads);
        using var engine = new EngineSide(device, options.Core, options.CheckpointTicks);
        var sides = new List<SideTimes> { new(engine) };
        var agreements = new Dictionary<string, Agreement>();
        try
        {
            foreach (string name in options.Peers)
            {
                if (Sides.Load(name, options.Threads) is { } problem)
                {
                    output.WriteLine($"{name}: {problem}");
                    continue;
                }

                IInferenceSide peer = Sides.Create(name, engine.Data, options.Threads);
                sides.Add(new SideTimes(peer));
                Agreement found = agreements[peer.Name] = Agreement.Of(engine, peer);
                output.WriteLine(Describe(peer.Name, found));
                if (!found.IsWithinRounding)
                {
                    Console.Error.WriteLine($"{Verb}: {peer.Name} and the engine differ by more than rounding.");
                    return 1;
                }
            }

            return Measure(options, engine, sides, agreements, output);
        }
        finally
        {
            sides.Skip(1).ToList().ForEach(s => s.Side.Dispose());
        }
    }

    private static int Measure(
        CompareOptions options, EngineSide engine, List<SideTimes> sides, Dictionary<string, Agreement> agreements, TextWriter output)
    {
        DeviceRates rates = Rates(engine.Device, options.Threads);
        int rounds = Rounds(sides, options);
        sides.ForEach(s => output.WriteLine(Describe(s)));
        IReadOnlyList<ProfileLine>? profile = options.Profile ? EngineProfile.Of(engine, ProfiledSteps) : null;
        CostSum cost = CostSum.Of(CoreCosts.Of(options.Core));
        double floor = 1e-6 * Math.Max(cost.Flops / rates.FmaPeakGflops, cost.Bytes / rates.BandwidthGbs);
        SideFigures own = SideFigures.Of(sides[0]) with
        {
            PeakMb = engine.Device is HostDevice ? MemoryProbe.Measure(Sides.Engine, options) : null,
            Flops = cost.Flops,
            Bytes = cost.Bytes,
            FloorMs = floor,
            FloorFraction = floor / sides[0].Step!.Value.Median,
        };
        var figures = new ComparisonFigures
        {
            Config = options.Core.Name,
            Ticks = options.Core.Model.Ticks,
            Batch = options.Core.Batch,
            Device = engine.Device.Description,
            Threads = options.Threads,
            CheckpointTicks = options.CheckpointTicks,
            Rounds = rounds,
            FmaPeakGflops = rates.FmaPeakGflops,
            BandwidthGbs = rates.BandwidthGbs,
            Engine = own,
            Peers = [.. sides.Skip(1).Select(s => Peer(s, own, agreements[s.Side.Name], options))],
            MaxDifference = agreements.Count == 0 ? null : agreements.Values.Max(a => a.Predictions),
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

    private static DeviceRates Rates(ComputeDevice device, int threads)
    {
        if (device is not HostDevice)
        {
            return DeviceRates.Measure(device);
        }

        HostRates host = HostRates.Measure(threads);
        return new DeviceRates(host.FmaPeakGflops, host.BandwidthGbs);
    }

    private static SideFigures Peer(SideTimes times, SideFigures engine, Agreement agreement, CompareOptions options)
    {
        SideFigures found = SideFigures.Of(times);
        double? peak = MemoryProbe.Measure(found.Name.Replace('_', '-'), options);
        return found with
        {
            PeakMb = peak,
            Ratio = found.StepMs / engine.StepMs,
            InferenceRatio = found.InferenceMs / engine.InferenceMs,
            MemoryRatio = found.StepMs is null ? null : peak / engine.PeakMb,
            MaxDifference = agreement.Predictions,
            GradientDifference = agreement.GradientShare,
        };
    }

    private static string Describe(string name, Agreement found)
    {
        string gradients = found.GradientShare is { } share
            ? string.Create(
                CultureInfo.InvariantCulture, $"; gradients differ by {share:E1} of a parameter's largest, most in {found.WorstGradient}")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: predictions differ by {found.Predictions:E1}, {found.PredictionShare:E1} of the largest{gradients}");
    }

    private static string Describe(SideTimes times)
    {
        string inference = FormattableString.Invariant($"inference {times.Inference.Median:F1} ms");
        return times.Step is { } step && times.Forward is { } forward && times.Backward is { } backward && times.Optimizer is { } optimizer
            ? FormattableString.Invariant(
                $"{times.Side.Name}: step {step.Median:F1} ms, forward {forward.Median:F1}, backward {backward.Median:F1}, ")
                + FormattableString.Invariant($"optimizer {optimizer.Median:F1}; {inference}")
            : $"{times.Side.Name}: {inference}";
    }

    private static int Rounds(List<SideTimes> sides, CompareOptions options)
    {
        sides.ForEach(s => s.Round(counts: false));
        var clock = Stopwatch.StartNew();
        int round = 0;
        do
        {
            sides.ForEach(s => s.Round(counts: true));
            round++;
        }
        while (round < options.Repeats && clock.Elapsed.TotalSeconds < options.Seconds);
        return round;
    }
}
