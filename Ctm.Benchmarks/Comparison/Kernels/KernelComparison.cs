using System.Diagnostics;
using System.Globalization;
using Ctm.Benchmarks.Comparison.Torch;
using Ctm.Engine.Files;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Measurements;
using Ctm.Kernels.NeuronLevelModels;
using Ctm.Tasks;

namespace Ctm.Benchmarks.Comparison.Kernels;

/// <summary>The <c>compare-kernels</c> verb: the kernels that a tick spends its time in beside libtorch's, in turns.</summary>
internal static class KernelComparison
{
    public const string Verb = "compare-kernels";
    private const string Usage = "compare-kernels [--threads N] [--repeats N] [--json FILE]";

    private const int CallsAtOnce = 3;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    // Both sum in float32, in another order; measured 1e-6.
    private const double Rounding = 1e-4;

    /// <summary>Runs it. Exit codes: 0 done, 1 libtorch is missing or disagrees, 2 wrong usage.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        try
        {
            return Run(Options(arguments), Console.Out);
        }
        catch (TaskSettingException e)
        {
            Console.Error.WriteLine($"{Verb}: {e.Message}");
            return 2;
        }
    }

    private static int Run((int Threads, int Repeats, string? Json) options, TextWriter output)
    {
        if (TorchLibrary.Load(options.Threads) is { } problem)
        {
            Console.Error.WriteLine($"{Verb}: {problem}");
            return 1;
        }

        using ComputeDevice device = ComputeDevice.Open("cpu", options.Threads);
        HostRates rates = HostRates.Measure(options.Threads);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{options.Threads} threads, {rates.FmaPeakGflops:F0} GFLOP/s of multiply-adds"));
        var found = new List<KernelFigures>();
        foreach (Func<KernelPair> make in Pairs(device))
        {
            using KernelPair pair = make();
            KernelFigures figures = Measure(pair, options.Repeats, rates.FmaPeakGflops);
            output.WriteLine(figures.Describe());
            if (!(figures.Difference < Rounding))
            {
                Console.Error.WriteLine($"{Verb}: the results differ by more than rounding.");
                return 1;
            }

            found.Add(figures);
        }

        if (options.Json is { } file)
        {
            JsonFiles.Write(file, new KernelComparisonFigures(options.Threads, options.Repeats, rates.FmaPeakGflops, found));
        }

        return 0;
    }

    private static IEnumerable<Func<KernelPair>> Pairs(ComputeDevice device)
    {
        foreach ((int m, int n, int k) in new[] { (64, 2048, 2560), (1024, 1024, 1024) })
        {
            yield return () => new ProductPair(device, m, n, k, packsAnew: false);
            yield return () => new ProductPair(device, m, n, k, packsAnew: true);
        }

        foreach ((int d, int h) in new[] { (2048, 32), (1024, 16) })
        {
            var shape = new NeuronLevelModelShape(d, MemoryLength: 25, HiddenWidth: h, Batch: 64, Ticks: 4);
            yield return () => new NeuronPair(device, shape, goesBack: false);
            yield return () => new NeuronPair(device, shape, goesBack: true);
        }
    }

    private static KernelFigures Measure(KernelPair pair, int repeats, double peak)
    {
        pair.RunEngine();
        pair.RunPeer();
        double difference = pair.Difference();
        List<double> engine = [], peer = [];
        for (int i = 0; i < repeats; i++)
        {
            engine.Add(Time(pair.RunEngine));
            peer.Add(Time(pair.RunPeer));
        }

        Spread ours = Spread.Of(engine), theirs = Spread.Of(peer);
        return new KernelFigures
        {
            Kernel = pair.Name,
            EngineMs = ours.Median,
            EngineLeastMs = ours.Least,
            PeerMs = theirs.Median,
            PeerLeastMs = theirs.Least,
            Ratio = theirs.Median / ours.Median,
            Gflops = pair.Flops / ours.Median / 1e6,
            OfPeak = pair.Flops / ours.Median / 1e6 / peak,
            BestOfPeak = pair.Flops / ours.Least / 1e6 / peak,
            Difference = difference,
        };
    }

    // Both sides' threads look for work for a while after a call, on the cores that the other side needs.
    private static double Time(Action call)
    {
        Thread.Sleep(Rest);
        call();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < CallsAtOnce; i++)
        {
            call();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / CallsAtOnce;
    }

    private static (int Threads, int Repeats, string? Json) Options(IReadOnlyList<string> arguments)
    {
        (int threads, int repeats, string? json) = (Environment.ProcessorCount, 21, null);
        for (int i = 0; i < arguments.Count; i++)
        {
            string option = arguments[i];
            string Value() => ++i < arguments.Count ? arguments[i] : throw new TaskSettingException($"{option} needs a value: {Usage}");
            switch (option)
            {
                case "--threads":
                    threads = CompareOptions.Count(option, Value());
                    break;
                case "--repeats":
                    repeats = CompareOptions.Count(option, Value());
                    break;
                case "--json":
                    json = CompareOptions.NewFile(option, Value());
                    break;
                default:
                    throw new TaskSettingException($"'{option}' is unknown: {Usage}");
            }
        }

        return (threads, repeats, json);
    }
}
