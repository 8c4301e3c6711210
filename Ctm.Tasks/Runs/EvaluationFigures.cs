using Ctm.Tasks.Mazes;

namespace Ctm.Tasks.Runs;

/// <summary>The figures of an evaluation under the names that scripts rely on.</summary>
public sealed record EvaluationFigures
{
    /// <summary>The task.</summary>
    public required string Task { get; init; }

    /// <summary>Unseen samples.</summary>
    public required int Samples { get; init; }

    /// <summary>The task's main figure; for mazes the solve rate.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Share of right moves at the most certain tick.</summary>
    public required double StepAccuracy { get; init; }

    /// <summary>Share of mazes whose whole route is right at the most certain tick.</summary>
    public required double SolveRate { get; init; }

    /// <summary>Mean most certain tick, from 1.</summary>
    public required double MeanTick { get; init; }

    /// <summary>Expected calibration error.</summary>
    public required double Ece { get; init; }

    /// <summary>Brier score.</summary>
    public required double Brier { get; init; }

    /// <summary>Share of right moves at every tick.</summary>
    public required double[] PerTickAccuracy { get; init; }

    /// <summary>Share of whole routes at every tick.</summary>
    public required double[] PerTickSolveRate { get; init; }

    /// <summary>What stopping at a certainty would give.</summary>
    public required IReadOnlyList<ExitPoint> ExitAt { get; init; }

    /// <summary>The figures of a maze evaluation.</summary>
    public static EvaluationFigures Of(MazeEvaluation evaluation) => new()
    {
        Task = "maze",
        Samples = evaluation.Samples,
        Accuracy = evaluation.SolveRate,
        StepAccuracy = evaluation.StepAccuracy,
        SolveRate = evaluation.SolveRate,
        MeanTick = evaluation.MeanTick,
        Ece = evaluation.Ece,
        Brier = evaluation.Brier,
        PerTickAccuracy = evaluation.PerTickAccuracy,
        PerTickSolveRate = evaluation.PerTickSolveRate,
        ExitAt = evaluation.ExitAt,
    };
}
