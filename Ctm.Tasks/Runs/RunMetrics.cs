using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ctm.Engine.Files;
using Ctm.Engine.Training;

namespace Ctm.Tasks.Runs;

/// <summary>One line of <c>metrics.jsonl</c>: a report while training, or the evaluation at the end.</summary>
public sealed record MetricsLine
{
    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Loss; absent in the last line.</summary>
    public double? Loss { get; init; }

    /// <summary>Learning rate of the latest step.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Global norm of the gradient before clipping; absent where it is no number.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Measures of the latest training batch.</summary>
    public IReadOnlyDictionary<string, double>? Train { get; init; }

    /// <summary>Measures on unseen samples, where the report comes with them.</summary>
    public IReadOnlyDictionary<string, double>? Test { get; init; }

    /// <summary>Steps a second.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>Seconds since the run began, without the time that it stood still.</summary>
    public double? Seconds { get; init; }

    /// <summary>The figures of the trained model.</summary>
    public EvaluationFigures? Final { get; init; }

    /// <summary>A report as a line.</summary>
    public static MetricsLine Of(TrainingProgress progress) => new()
    {
        Step = progress.Step,
        Loss = progress.Loss,
        LearningRate = progress.LearningRate,
        GradientNorm = double.IsFinite(progress.GradientNorm) ? progress.GradientNorm : null,
        Train = progress.Measures,
        Test = progress.Evaluation,
        StepsPerSecond = progress.StepsPerSecond,
        Seconds = progress.Elapsed.TotalSeconds,
    };
}

/// <summary>The file <c>metrics.jsonl</c>: one object a line, each on the disk when the next step begins.</summary>
public sealed class RunMetrics
{
    private static readonly JsonSerializerOptions OneLine = new(JsonFiles.Options)
    {
        WriteIndented = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    internal RunMetrics(string location)
    {
        Location = location;
    }

    /// <summary>The file.</summary>
    public string Location { get; }

    /// <summary>Adds a line.</summary>
    public void Append(MetricsLine line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, OneLine) + "\n");
        using var stream = new FileStream(Location, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>All lines; a last line that a crash cut short is left out.</summary>
    /// <exception cref="JsonFileException">When a line is not one of ours.</exception>
    public IReadOnlyList<MetricsLine> Read() =>
    [
        .. WholeLines().Select((line, i) =>
            JsonFiles.Parse<MetricsLine>(line, FormattableString.Invariant($"{Location}, object {i + 1}"))),
    ];

    /// <summary>Drops what a run that goes on after a step will write again: later reports, the end, a cut line.</summary>
    public void Rewind(long step)
    {
        if (File.Exists(Location))
        {
            IReadOnlyList<MetricsLine> lines = Read();
            string[] kept = [.. WholeLines().Where((_, i) => lines[i].Step <= step && lines[i].Final is null)];
            AtomicFile.WriteText(Location, string.Concat(kept.Select(line => line + "\n")));
        }
    }

    private string[] WholeLines()
    {
        if (!File.Exists(Location))
        {
            return [];
        }

        string text = File.ReadAllText(Location);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
