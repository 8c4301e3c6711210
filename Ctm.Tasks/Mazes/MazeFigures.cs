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
    internal MazeFigures(ClassificationFigures common, double[] perTickSolveRate, MazeStrategyObserver walk)
        : base(common)
    {
        SolveRate = common.Accuracy;
        PerTickSolveRate = perTickSolveRate;
        Strategy = walk.Strategy(common.StepAccuracy);
        AttentionOrder = walk.AttentionOrder;
        BackwardSteps = walk.BackwardSteps;
        SettlingOrder = walk.SettlingOrder;
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

    /// <summary>
    /// How it walks: <c>forward</c>, <c>backward</c>, <c>leapfrog</c> or <c>unclear</c> (see <see cref="MazeStrategyObserver"/>). Absent
    /// in runs of earlier versions.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Strategy { get; init; }

    /// <summary>
    /// Correlation of the part of the route that is attended to with the tick, of the head where it is strongest; absent without attention.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AttentionOrder { get; init; }

    /// <summary>Share of that head's steps along the route that lead back; absent without attention.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BackwardSteps { get; init; }

    /// <summary>Share of whole routes at every tick.</summary>
    public required double[] PerTickSolveRate { get; init; }

    /// <inheritdoc/>
    protected override IEnumerable<FigureRow> OwnRows()
    {
        if (PerTickAccuracy.Length > 1 && Strategy is not null)
        {
            string attention = AttentionOrder is { } a
                ? FormattableString.Invariant($", place attended to with tick {a:F2}, {BackwardSteps:P0} of steps back")
                : string.Empty;
            yield return FigureRow.Of("strategy", $"{Strategy}");
            yield return FigureRow.Of("correlations", $"settling tick with place {SettlingOrder ?? 0:F2}{attention}");
        }

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
