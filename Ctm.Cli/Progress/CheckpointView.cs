using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Files;
using Ctm.Engine.Importing;
using Spectre.Console;

namespace Ctm.Cli.Progress;

/// <summary>What was found in a checkpoint from elsewhere, for people and for scripts.</summary>
internal static class CheckpointView
{
    public static void Print(Terminal terminal, ImportedCheckpoint found, string folder)
    {
        var table = new Table().Border(terminal.IsOutputLive ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumns("setting", "value", "from");
        foreach (InferredValue value in found.Values)
        {
            string from = value.FileValue is null ? Source(value) : $"{Source(value)}; the file's settings say {Text(value.FileValue)}";
            table.AddRow(Markup.Escape(value.Key), Markup.Escape(Text(value.Value)), Markup.Escape(from));
        }

        terminal.Draw().Write(table);
        terminal.Output.WriteLine(FormattableString.Invariant(
            $"read {found.State.Count} tensors with {found.ParameterCount:N0} parameters of a {found.Configuration.Kind}; wrote {folder}"));
    }

    public static JsonObject ToJson(ImportedCheckpoint found, string folder, JsonObject? configuration = null) => new()
    {
        ["source"] = found.Path,
        ["out"] = folder,
        ["model"] = found.Configuration.Kind,
        ["tensors"] = found.State.Count,
        ["parameters"] = found.ParameterCount,
        ["configuration"] = configuration ?? JsonSerializer.SerializeToNode(found.Configuration, JsonFiles.Options),
        ["sources"] = new JsonObject(found.Values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)Source(v)))),
    };

    private static string Source(InferredValue value) => value.Source switch
    {
        ValueSource.File => "file",
        ValueSource.Tensors => "tensors",
        ValueSource.Setting => "setting",
        _ => "default",
    };

    private static string Text(JsonNode? value) => value switch
    {
        null => "none",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => value.ToJsonString(),
    };
}
