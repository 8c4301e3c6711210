namespace Ctm.Engine.Training;

/// <summary>Where a training run stands.</summary>
public sealed record TrainingProgress
{
    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Steps in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Loss of the latest step.</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate of the latest step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Global norm of the latest gradient, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The task's own measures of the latest training batch, in the order to show, such as accuracy.</summary>
    public required IReadOnlyDictionary<string, double> Measures { get; init; }

    /// <summary>Measures on held-out data, where this report comes with an evaluation; else null.</summary>
    public IReadOnlyDictionary<string, double>? Evaluation { get; init; }

    /// <summary>Steps a second since the report before.</summary>
    public required double StepsPerSecond { get; init; }

    /// <summary>Time since the run began, earlier parts of a resumed run included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Time that the rest should take at this rate.</summary>
    public required TimeSpan Remaining { get; init; }
}
