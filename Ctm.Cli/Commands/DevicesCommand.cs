using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ctm.Cli.Progress;
using Ctm.Engine.Files;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Measurements;
using Ctm.Tasks.Cores;
using Spectre.Console;

namespace Ctm.Cli.Commands;

/// <summary><c>ctm devices</c>: what this machine has, and how fast the host is.</summary>
internal static class DevicesCommand
{
    private static readonly Option<bool> Json = Settings.Json();

    private static readonly Option<string?> Costs = new("--costs")
    {
        Description = "Count what a training step costs instead, without running it: "
            + string.Join(", ", ModelCore.All.Select(c => c.Name)) + ".",
        HelpName = "CONFIG",
    };

    private static readonly Option<long?> Ticks = Settings.Number("--ticks", "N", "With --costs: ticks, if not the core's own.", least: 1);

    private static readonly Option<long?> Batch = Settings.Number("--batch", "N", "With --costs: samples, 64 unless set.", least: 1);

    private static readonly Option<StoragePrecision?> Precision = new("--precision")
    {
        Description = "With --costs: how weights and histories are kept, single unless set.",
        HelpName = "single|half",
        CustomParser = result =>
        {
            string text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : string.Empty;
            if (text is "single" or "half")
            {
                return text == "half" ? StoragePrecision.Half : StoragePrecision.Single;
            }

            result.AddError($"--precision is '{text}': it must be single or half.");
            return null;
        },
    };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("devices", "Show the devices of this machine, and measure the host.")
        {
            Json, Costs, Ticks, Batch, Precision,
        };
        command.SetAction(parsed =>
        {
            int? ticks = (int?)parsed.GetValue(Ticks), batch = (int?)parsed.GetValue(Batch);
            StoragePrecision? precision = parsed.GetValue(Precision);
            if (parsed.GetValue(Costs) is { } name)
            {
                return CostsView.Show(terminal, ModelCore.Named(name).With(ticks, batch), precision ?? default, parsed.GetValue(Json));
            }

            return ticks is null && batch is null && precision is null
                ? Run(terminal, parsed.GetValue(Json))
                : throw new UsageException("--ticks, --batch and --precision need --costs CONFIG.");
        });
        return command;
    }

    private static int Run(Terminal terminal, bool json)
    {
        IReadOnlyList<(string Name, string Description)> devices = ComputeDevice.List();
        HostRates rates = HostRates.Measure(cancellation: terminal.Cancellation);
        if (json)
        {
            var found = new Found([.. devices.Select(d => new FoundDevice(d.Name, d.Description))], rates);
            FiguresView.PrintJson(terminal, JsonSerializer.SerializeToNode(found, JsonFiles.Options)!);
            return ExitCode.Done;
        }

        TableBorder border = terminal.IsOutputLive ? TableBorder.Rounded : TableBorder.Ascii;
        var table = new Table().Border(border).AddColumns("device", "description");
        foreach ((string name, string description) in devices)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(description));
        }

        var measured = new Table().Border(border).AddColumn("host, measured").AddColumn(new TableColumn(string.Empty).RightAligned());
        Row(measured, "threads", $"{rates.Threads}");
        Row(measured, "multiply-add peak, all threads", $"{rates.FmaPeakGflops:F0} GFLOP/s");
        Row(measured, "matrix multiplication, 1024 x 1024 x 1024", $"{rates.GemmGflops:F0} GFLOP/s");
        Row(measured, "memory, reading and writing", $"{rates.BandwidthGbs:F1} GB/s");
        terminal.Draw().Write(table);
        terminal.Draw().Write(measured);
        return ExitCode.Done;
    }

    private static void Row(Table table, string name, FormattableString value) =>
        table.AddRow(name, value.ToString(CultureInfo.InvariantCulture));

    private sealed record Found(FoundDevice[] Devices, HostRates Host);

    private sealed record FoundDevice(string Name, string Description);
}
