using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks.Comparison;

/// <summary>
/// What a step of one side takes, in a process of its own: the highest resident memory while two steps run, minus what was resident
/// when the program, the library and the data were loaded. Model, gradients and optimizer count, as do activations.
/// </summary>
internal static class MemoryProbe
{
    public const string Verb = "compare-memory";
    private const int Steps = 2;
    private const string Status = "/proc/self/status", Clear = "/proc/self/clear_refs";

    /// <summary>Runs the probe in a child; megabytes (10^6), or null where it cannot be read.</summary>
    public static double? Measure(string side, CompareOptions options)
    {
        if (!File.Exists(Status))
        {
            return null;
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(MemoryProbe).Assembly.Location);
        }

        foreach (string argument in new[]
        {
            Verb, side, "--config", options.Core.Name, "--ticks", Text(options.Core.Model.Ticks), "--batch", Text(options.Core.Batch),
            "--threads", Text(options.Threads),
        }.Concat(options.CheckpointTicks > 0 ? ["--checkpoint-ticks", Text(options.CheckpointTicks)] : Array.Empty<string>()))
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 && double.TryParse(output, CultureInfo.InvariantCulture, out double megabytes) ? megabytes : null;
    }

    /// <summary>The child.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        string side = arguments[0];
        CompareOptions options = CompareOptions.Parse([.. arguments.Skip(1)]);
        if (side != Sides.Engine && Sides.Load(side, options.Threads) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }

        using ComputeDevice device = ComputeDevice.Open("cpu", options.Threads);
        CoreData? data = side == Sides.Engine ? null : Sides.Data(options.Core);
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = Read("VmRSS");
        File.WriteAllText(Clear, "5");
        using IInferenceSide made = data is null
            ? new EngineSide(device, options.Core, options.CheckpointTicks)
            : Sides.Create(side, data, options.Threads);
        for (int i = 0; i < Steps; i++)
        {
            if (made is ITrainingSide training)
            {
                training.Forward();
                training.Backward();
                training.Optimize();
            }
            else
            {
                made.Infer();
            }
        }

        Console.Write(((Read("VmHWM") - before) * 1024e-6).ToString("F1", CultureInfo.InvariantCulture));
        return 0;
    }

    // Kibibytes.
    private static long Read(string key)
    {
        string line = File.ReadLines(Status).First(l => l.StartsWith(key + ":", StringComparison.Ordinal));
        return long.Parse(line[(key.Length + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
