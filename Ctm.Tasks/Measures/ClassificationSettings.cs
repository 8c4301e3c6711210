namespace Ctm.Tasks.Measures;

/// <summary>What a task that classifies at every tick tells of itself.</summary>
public sealed record ClassificationSettings
{
    /// <summary>Samples in a training batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Rows of an input; 1 for sequences.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of an input.</summary>
    public required int Width { get; init; }

    /// <summary>Whether the second tick of the loss, whose answer counts, is the most certain one; else it is the last.</summary>
    public bool UseMostCertain { get; init; } = true;

    /// <summary>Positions beyond the leading right ones that the loss counts; null counts all.</summary>
    public int? Lookahead { get; init; }

    /// <summary>Ticks of a training step beyond the positions that the loss counts; null for all of the model's ticks.</summary>
    public int? TicksAhead { get; init; }

    /// <summary>
    /// Weight of the mean over all ticks of their losses beside the published loss, which asks nothing of ticks that it does not choose;
    /// 0 for the published loss.
    /// </summary>
    public float EveryTickLoss { get; init; }

    /// <summary>Unseen samples in an evaluation.</summary>
    public required int TestSamples { get; init; }

    /// <summary>Unseen samples in an evaluation while training.</summary>
    public required int ProbeSamples { get; init; }

    /// <summary>Seed of the start values.</summary>
    public ulong Seed { get; init; }
}
