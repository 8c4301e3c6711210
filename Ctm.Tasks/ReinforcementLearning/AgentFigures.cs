using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>How an agent does in episodes that it was not trained on. Samples are episodes, accuracy is their mean return.</summary>
public sealed record AgentFigures : EvaluationFigures
{
    /// <summary>For the serializer.</summary>
    [JsonConstructor]
    public AgentFigures()
    {
    }

    /// <summary>Sums up episodes.</summary>
    /// <param name="task">Name of the task.</param>
    /// <param name="episodes">The episodes, one or more.</param>
    /// <param name="limit">Steps after which they were cut; one that ends by itself at the limit counts as cut too.</param>
    [SetsRequiredMembers]
    internal AgentFigures(string task, IReadOnlyList<Episode> episodes, int limit)
    {
        Task = task;
        Samples = episodes.Count;
        Accuracy = MeanReturn = episodes.Average(e => e.Return);
        MedianReturn = Median([.. episodes.Select(e => e.Return)]);
        MeanLength = episodes.Average(e => e.Length);
        MedianLength = Median([.. episodes.Select(e => (double)e.Length)]);
        CutShare = episodes.Average(e => e.Length >= limit ? 1.0 : 0);
    }

    /// <summary>Mean of the episodes' steps.</summary>
    public required double MeanLength { get; init; }

    /// <summary>Median of the episodes' steps.</summary>
    public required double MedianLength { get; init; }

    /// <summary>Mean of the sums of rewards, as the environment gives them.</summary>
    public required double MeanReturn { get; init; }

    /// <summary>Median of the sums of rewards.</summary>
    public required double MedianReturn { get; init; }

    /// <summary>Share of the episodes that were cut at the limit.</summary>
    public required double CutShare { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<FigureRow> Rows(TaskWords words) =>
    [
        FigureRow.Of("mean length, steps", $"{MeanLength:F2}"),
        FigureRow.Of("median length, steps", $"{MedianLength:F1}"),
        FigureRow.Of("mean return", $"{MeanReturn:F3}"),
        FigureRow.Of("median return", $"{MedianReturn:F3}"),
        FigureRow.Of("cut at the limit", $"{CutShare:P1}"),
    ];

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
