using System.Text.Json.Serialization;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Measures;

/// <summary>What stopping at a certainty saves, beside always thinking all ticks, on the same samples in turns.</summary>
public sealed record StoppingFigures
{
    /// <summary>The certainty that samples stop at.</summary>
    public required double Threshold { get; init; }

    /// <summary>Unseen samples.</summary>
    public required int Samples { get; init; }

    /// <summary>Share of samples that are wholly right where they stop.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Share of samples that are wholly right with all ticks, at the tick that answers.</summary>
    public required double AccuracyOfAllTicks { get; init; }

    /// <summary>Mean ticks that a sample thinks.</summary>
    public required double MeanTicks { get; init; }

    /// <summary>Mean ticks computed for a sample; those of stopped samples count until their batch is made smaller.</summary>
    public required double ComputedTicks { get; init; }

    /// <summary>All ticks T.</summary>
    public required int Ticks { get; init; }

    /// <summary>Samples a second, stopping.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Samples a second, thinking all ticks.</summary>
    public required double SamplesPerSecondOfAllTicks { get; init; }

    /// <summary>How much faster stopping is.</summary>
    [JsonIgnore]
    public double Speedup => SamplesPerSecond / SamplesPerSecondOfAllTicks;

    /// <summary>The figures for people.</summary>
    /// <param name="words">The task's words.</param>
    public IEnumerable<FigureRow> Rows(TaskWords words)
    {
        yield return FigureRow.Of(
            Name(Threshold), $"{Accuracy:P2} {words.Whole}, {AccuracyOfAllTicks:P2} with all ticks");
        yield return FigureRow.Of("ticks until then", $"{MeanTicks:F2} of {Ticks}, {ComputedTicks:F2} computed");
        yield return FigureRow.Of(
            $"{words.Samples} a second", $"{SamplesPerSecond:F1}, {SamplesPerSecondOfAllTicks:F1} with all ticks ({Speedup:F2} times)");
    }

    private static string Name(double threshold) => FormattableString.Invariant($"stopping at {threshold:0.###}");
}

/// <summary>A task whose models can stop when they are certain.</summary>
public interface IStoppingTask
{
    /// <summary>Answers the first unseen samples twice, stopping and not.</summary>
    /// <param name="threshold">The certainty to stop at, 0 to 1.</param>
    /// <param name="count">How many samples; null for as many as after training.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    StoppingFigures MeasureStopping(double threshold, int? count, CancellationToken cancellation);
}
