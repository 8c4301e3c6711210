using System.Text.Json;
using System.Text.Json.Serialization;
using Ctm.Engine.Files;

namespace Ctm.Tasks.Runs;

/// <summary>The figures of an evaluation under the names that scripts rely on; each task has its own kind of them.</summary>
[JsonConverter(typeof(EvaluationFiguresConverter))]
public abstract record EvaluationFigures
{
    /// <summary>The task.</summary>
    [JsonPropertyOrder(-3)]
    public required string Task { get; init; }

    /// <summary>Unseen samples, or episodes.</summary>
    [JsonPropertyOrder(-3)]
    public required int Samples { get; init; }

    /// <summary>The task's main figure.</summary>
    [JsonPropertyOrder(-3)]
    public required double Accuracy { get; init; }

    /// <summary>The figures for people, in the order to show, without the number of samples.</summary>
    /// <param name="words">The task's words.</param>
    public abstract IEnumerable<FigureRow> Rows(TaskWords words);
}

/// <summary>One figure for people.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The figure as text.</param>
public sealed record FigureRow(string Name, string Value)
{
    /// <summary>A row with invariant numbers.</summary>
    public static FigureRow Of(string name, FormattableString value) => new(name, FormattableString.Invariant(value));
}

/// <summary>Reads and writes figures as the type of the task that they name.</summary>
public sealed class EvaluationFiguresConverter : JsonConverter<EvaluationFigures>, IJsonFamily
{
    /// <inheritdoc/>
    public string Key => "task";

    /// <inheritdoc/>
    public Type TypeOf(string? name) => TaskRegistry.Find(name)?.FiguresType
        ?? throw new JsonException($"there is no task '{name}'; the tasks are {TaskRegistry.Names}");

    /// <inheritdoc/>
    public override EvaluationFigures Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Type type = TypeOf(JsonFamilies.NameIn(reader, Key));
        return (EvaluationFigures)JsonSerializer.Deserialize(ref reader, type, options)!;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EvaluationFigures value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
}
