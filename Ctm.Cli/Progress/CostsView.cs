using System.Globalization;
using System.Text.Json;
using Ctm.Engine.Costs;
using Ctm.Engine.Files;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Cores;
using Spectre.Console;

namespace Ctm.Cli.Progress;

/// <summary>What a training step costs, by phase and family, and what it would take on a GPU.</summary>
internal static class CostsView
{
    public static int Show(Terminal terminal, ModelCore core, StoragePrecision precision, bool json)
    {
        IReadOnlyList<KernelCost> costs = CoreCosts.Of(core, precision);
        if (json)
        {
            FiguresView.PrintJson(terminal, JsonSerializer.SerializeToNode(Found(core, precision, costs), JsonFiles.Options)!);
            return ExitCode.Done;
        }

        TableBorder border = terminal.IsOutputLive ? TableBorder.Rounded : TableBorder.Ascii;
        var table = new Table().Border(border).AddColumns("phase", "family");
        foreach (string column in new[] { "launches, host", "launches, device", "a tick, host", "a tick, device", "GFLOP", "MB" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var group in costs.GroupBy(c => (c.Phase, c.Family)).OrderBy(g => g.Key.Phase))
        {
            Row(table, Name(group.Key.Phase), group.Key.Family, group, core.Model.Ticks);
        }

        Row(table, "step", string.Empty, costs, core.Model.Ticks);
        terminal.Draw().Write(table);
        GpuProjection gpu = GpuProjection.H100;
        string kept = precision == StoragePrecision.Half ? ", half precision" : string.Empty;
        terminal.Output.WriteLine(FormattableString.Invariant($"{core.Name}, {core.Model.Ticks} ticks, batch {core.Batch}{kept}."));
        terminal.Output.WriteLine($"Projected, not measured, on {Describe(gpu)}:");
        terminal.Output.WriteLine(Times(gpu, costs));
        return ExitCode.Done;
    }

    private static string Describe(GpuProjection gpu)
    {
        double teraflops = gpu.FlopsPerSecond * 1e-12, terabytes = gpu.BytesPerSecond * 1e-12, launch = gpu.LaunchSeconds * 1e6;
        return FormattableString.Invariant($"{gpu.Device} ({teraflops:F0} TFLOP/s, {terabytes:F1} TB/s, {launch:F0} us a launch)");
    }

    private static string Times(GpuProjection gpu, IReadOnlyList<KernelCost> costs)
    {
        double step = 1e3 * gpu.StepSeconds(costs), kernels = 1e3 * gpu.KernelSeconds(costs), floor = 1e3 * gpu.FloorSeconds(costs);
        return FormattableString.Invariant($"{step:F1} ms a step, of which kernels {kernels:F1} ms; floor {floor:F1} ms");
    }

    private static void Row(Table table, string phase, string family, IEnumerable<KernelCost> costs, int ticks)
    {
        CostSum step = CostSum.Of(costs), tick = CostSum.OfTick(costs, ticks);
        table.AddRow(
        [
            phase,
            family,
            .. new FormattableString[]
            {
                $"{step.HostLaunches}",
                $"{step.DeviceLaunches}",
                $"{tick.HostLaunches}",
                $"{tick.DeviceLaunches}",
                $"{step.Flops * 1e-9:F2}",
                $"{step.Bytes * 1e-6:F1}",
            }.Select(v => v.ToString(CultureInfo.InvariantCulture)),
        ]);
    }

    private static object Found(ModelCore core, StoragePrecision precision, IReadOnlyList<KernelCost> costs)
    {
        int ticks = core.Model.Ticks;
        GpuProjection gpu = GpuProjection.H100;
        return new
        {
            Config = core.Name,
            Ticks = ticks,
            core.Batch,
            Precision = precision,
            Step = CostSum.Of(costs),
            Tick = Phases(costs, c => CostSum.OfTick(c, ticks)),
            Phases = Phases(costs, CostSum.Of),
            Projection = new
            {
                gpu.Device,
                IsMeasured = false,
                StepMs = 1e3 * gpu.StepSeconds(costs),
                KernelsMs = 1e3 * gpu.KernelSeconds(costs),
                FloorMs = 1e3 * gpu.FloorSeconds(costs),
            },
            Kernels = costs,
        };
    }

    private static Dictionary<string, CostSum> Phases(IReadOnlyList<KernelCost> costs, Func<IEnumerable<KernelCost>, CostSum> sum) =>
        Enum.GetValues<StepPhase>().ToDictionary(Name, p => sum(costs.Where(c => c.Phase == p)));

    private static string Name(StepPhase phase) => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());
}
