using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Files;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;
using Spectre.Console;

namespace Ctm.Cli.Progress;

/// <summary>The figures of an evaluation, for people and for scripts.</summary>
internal static class FiguresView
{
    public static void Print(
        Terminal terminal,
        TaskDefinition task,
        EvaluationFigures figures,
        TimeSpan? elapsed = null,
        string? report = null,
        StoppingFigures? stopping = null,
        TrainingMemory? memory = null)
    {
        var table = new Table().Border(terminal.IsOutputLive ? TableBorder.Rounded : TableBorder.Ascii).HideHeaders();
        table.AddColumn("figure").AddColumn(new TableColumn("value").RightAligned());
        FigureRow samples = FigureRow.Of($"unseen {task.Words.Samples}", $"{figures.Samples:N0}");
        foreach (FigureRow row in figures.Rows(task.Words).Prepend(samples).Concat(stopping?.Rows(task.Words) ?? []))
        {
            Row(table, row.Name, $"{row.Value}");
        }

        if (elapsed is { } time)
        {
            Row(table, "time of training", $"{Duration(time)}");
        }

        if (memory is not null)
        {
            double tick = memory.ActivationBytesPerTick * 1e-6, all = memory.ActivationBytes * 1e-6;
            Row(table, "activations for backward", $"{tick:F1} MB a tick, {all:F1} MB at a time");
            Row(table, "memory at most", $"{memory.PeakBytes * 1e-6:F1} MB");
        }

        terminal.Draw().Write(table);
        if (report is not null)
        {
            terminal.Output.WriteLine($"report: {report}");
        }
    }

    public static JsonObject ToJson(EvaluationFigures figures, StoppingFigures? stopping = null)
    {
        JsonObject json = JsonSerializer.SerializeToNode(figures, JsonFiles.Options)!.AsObject();
        if (stopping is not null)
        {
            json["stopping"] = JsonSerializer.SerializeToNode(stopping, JsonFiles.Options);
        }

        return json;
    }

    public static void PrintJson(Terminal terminal, JsonNode value) => terminal.Output.WriteLine(value.ToJsonString(JsonFiles.Options));

    /// <summary>Hours, minutes and seconds.</summary>
    public static string Duration(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");

    private static void Row(Table table, string name, FormattableString value) =>
        table.AddRow(Markup.Escape(name), Markup.Escape(FormattableString.Invariant(value)));
}
