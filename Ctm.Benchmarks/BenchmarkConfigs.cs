using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Ctm.Benchmarks.Columns;

namespace Ctm.Benchmarks;

/// <summary>How long to measure. All jobs run in this process, so that one ILGPU context serves all benchmarks.</summary>
internal static class BenchmarkConfigs
{
    private static readonly TimeSpan LongestCase = TimeSpan.FromHours(1);

    /// <summary>The jobs by name, in the order to show.</summary>
    public static IReadOnlyDictionary<string, Job> Jobs { get; } = new Dictionary<string, Job>(StringComparer.OrdinalIgnoreCase)
    {
        ["Short"] = Job.ShortRun,
        ["Full"] = Job.Default,
        ["Dry"] = Job.Dry,
        ["Smoke"] = Job.Dry.WithId("Smoke"),
    };

    /// <summary>True when everything runs at a size that is done at once.</summary>
    public static bool UsesSmokeSizes { get; private set; }

    /// <summary>The configuration of a job, results going to a folder.</summary>
    /// <param name="job">A key of <see cref="Jobs"/>.</param>
    /// <param name="folder">Where results go.</param>
    public static IConfig Create(string job, string folder)
    {
        UsesSmokeSizes = string.Equals(job, "Smoke", StringComparison.OrdinalIgnoreCase);
        return ManualConfig.CreateEmpty()
            .AddJob(Jobs[job].WithToolchain(new InProcessEmitToolchain(LongestCase, logOutput: true)))
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(
                new RateColumn("GFLOP/s", "10^9 floating-point operations a second, counted by the cost functions", cost => cost.Flops),
                new RateColumn("GB/s", "10^9 bytes a second, the least that must move, counted by the cost functions", cost => cost.Bytes))
            .AddExporter(MarkdownExporter.GitHub, JsonExporter.Brief)
            .WithArtifactsPath(folder);
    }
}
