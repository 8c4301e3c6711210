using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Ctm.Tasks.Measures;

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

    /// <summary>Share of whole routes at every tick.</summary>
    public required double[] PerTickSolveRate { get; init; }
}
