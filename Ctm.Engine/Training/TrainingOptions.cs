namespace Ctm.Engine.Training;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Steps in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Highest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of linear warm-up.</summary>
    public long WarmUp { get; init; } = 500;

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Parts of names of parameters that are not decayed.</summary>
    public IReadOnlyList<string> WeightDecayExclusions { get; init; } = [];

    /// <summary>Largest global norm of the gradient; 0 for no clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>AdamW's decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's epsilon.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Steps between two reports.</summary>
    public long ReportEvery { get; init; } = 100;

    /// <summary>Steps between two evaluations; 0 for none before the end.</summary>
    public long EvaluateEvery { get; init; }

    /// <summary>Steps between two checkpoints; 0 for one at the end only.</summary>
    public long SaveEvery { get; init; } = 2000;

    /// <summary>Seed of dropout.</summary>
    public ulong Seed { get; init; }
}
