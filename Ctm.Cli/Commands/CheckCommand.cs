using System.CommandLine;
using Ctm.Cli.Progress;
using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Checks;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Measurements;
using Ctm.Tasks.Checks;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm check</c>: whether a device computes what it should, and how fast.</summary>
internal static class CheckCommand
{
    private const int Steps = 20, SimulatorSteps = 2;

    private static readonly string[] Families =
        [.. KernelCase.All(KernelCaseSize.Aligned).Select(one => one.Family).Distinct().Order(StringComparer.Ordinal)];

    private static readonly Option<string> Device = Settings.Device();
    private static readonly Option<long?> Threads = Settings.Threads();

    private static readonly Option<string?> Family = new("--family")
    {
        HelpName = "NAME",
        Description = $"Check the kernels of one family only, and no training: {string.Join(", ", Families)}.",
    };

    private static readonly Option<bool> Json = Settings.Json();

    public static Command Create(Terminal terminal)
    {
        var command = new Command("check", "Run every kernel and a short training run on a device, and compare with the host.")
        {
            Device, Threads, Family, Json,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        string? family = parsed.GetValue(Family);
        if (family is not null && !Families.Contains(family))
        {
            throw new UsageException($"There is no family '{family}': there are {string.Join(", ", Families)}.");
        }

        int threads = (int)(parsed.GetValue(Threads) ?? 0);
        using var suite = new KernelSuite(parsed.GetValue(Device) ?? "auto", threads);
        var view = new CheckView(terminal, parsed.GetValue(Json), suite);
        view.Begin(DeviceRates.Measure(suite.Device, suite.IsSimulator, terminal.Cancellation));
        foreach (KernelCheck check in suite.Run(family))
        {
            terminal.Cancellation.ThrowIfCancellationRequested();
            view.Add(check);
        }

        if (family is null)
        {
            int steps = suite.IsSimulator ? SimulatorSteps : Steps;
            using ComputeDevice host = ComputeDevice.Open("cpu", suite.Device is HostDevice ? 1 : threads);
            view.Add(TrainingCheck.Maze(suite.Device, host, steps, suite.IsSimulator, terminal.Cancellation));
        }

        return view.End() ? ExitCode.Done : ExitCode.Failed;
    }
}
