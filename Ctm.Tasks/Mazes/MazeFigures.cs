using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>How well a model walks unseen mazes. A step is a move; waits at the goal count as moves.</summary>
public sealed record MazeFigures : ClassificationFigures
{
    /// <summary>For the serializer.</summary>
    [JsonConstructor]
    public MazeFigures()
    {
    }

    /// <summary>Adds what only mazes have.</summary>
    [SetsRequiredMembers]
    internal MazeFigures(ClassificationFigures common, double[] perTickSolveRate)
        : base(common)
    {
        SolveRate = common.Accuracy;
        PerTickSolveRate = perTickSolveRate;
    }

    /// <summary>Share of mazes whose whole route is right at the tick that answers; the same as the accuracy.</summary>
    public required double SolveRate { get; init; }

    /// <summary>How far the model comes when it is applied again and again; absent where that was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MazeReapplication? Reapplication { get; init; }

    /// <summary>
    /// Correlation of the tick from which a move stays right with its place in the route, waits left out; absent in runs of earlier
    /// versions.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SettlingOrder { get; init; }

    /// <summary>Share of whole routes at every tick.</summary>
    public required double[] PerTickSolveRate { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<FigureRow> OwnRows()
    {
        if (Reapplication is not { } again)
        {
            yield break;
        }

        yield return FigureRow.Of(
            $"solved in up to {again.Limit} applications", $"{again.Solved:P2}, {again.MeanApplications:F2} on average");
        foreach (ReapplicationGroup group in again.ByRouteLength)
        {
            yield return FigureRow.Of(
                FormattableString.Invariant($"routes of {group.RouteLength:F1} moves"),
                $"{group.Solved:P1} of {group.Count}, {group.MeanApplications:F2} on average");
        }
    }
}
