using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Ctm.Benchmarks.Comparison;
using Ctm.Benchmarks.Comparison.Kernels;
using Ctm.Benchmarks.Scaling;

namespace Ctm.Benchmarks;

/// <summary>Runs the benchmarks that a filter names. Exit codes: 0 done, 1 nothing ran or something failed, 2 wrong usage.</summary>
internal static class Program
{
    private const string JobOption = "--job";
    private static readonly string[] Questions = ["--list", "--help", "--version", "--info"];

    private static int Main(string[] args)
    {
        if (args is [CompareCommand.Verb, .. var arguments])
        {
            return CompareCommand.Run(arguments);
        }

        if (args is [KernelComparison.Verb, .. var wanted])
        {
            return KernelComparison.Run(wanted);
        }

        if (args is [ScalingCommand.Verb, .. var sizes])
        {
            return ScalingCommand.Run(sizes);
        }

        if (args is [MemoryProbe.Verb, .. var probe])
        {
            return MemoryProbe.Run(probe);
        }

        var rest = new List<string>(args);
        string job = "Short";
        int at = rest.IndexOf(JobOption);
        if (at >= 0)
        {
            if (at + 1 == rest.Count || !BenchmarkConfigs.Jobs.ContainsKey(rest[at + 1]))
            {
                string given = at + 1 == rest.Count ? "nothing" : $"'{rest[at + 1]}'";
                Console.Error.WriteLine($"{JobOption} takes one of {string.Join(", ", BenchmarkConfigs.Jobs.Keys)}, not {given}.");
                return 2;
            }

            job = rest[at + 1];
            rest.RemoveRange(at, 2);
        }

        try
        {
            var switcher = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly);
            Summary[] summaries = [.. switcher.Run([.. rest], BenchmarkConfigs.Create(job, ArtifactsFolder()))];
            return args.Any(Questions.Contains) ? 0 : ExitCode(summaries);
        }
        finally
        {
            BenchmarkDevice.Close();
        }
    }

    private static int ExitCode(Summary[] summaries)
    {
        int cases = summaries.Sum(summary => summary.BenchmarksCases.Length);
        int succeeded = summaries.Sum(summary => summary.Reports.Count(report => report.Success));
        bool isWhole = cases > 0 && succeeded == cases && !summaries.Any(summary => summary.HasCriticalValidationErrors);
        if (!isWhole)
        {
            Console.Error.WriteLine(
                cases == 0 ? "No benchmark ran: see --list flat." : $"{cases - succeeded} of {cases} benchmarks failed.");
        }

        return isWhole ? 0 : 1;
    }

    /// <summary>artifacts/bench beside the solution, or in the current folder where there is no solution.</summary>
    private static string ArtifactsFolder()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Ctm.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? Environment.CurrentDirectory, "artifacts", "bench");
    }
}
