using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Images;

/// <summary>Everything that a run on labelled pictures depends on; saved in its run folder.</summary>
public sealed record ImageRecipe : ISupervisedRecipe
{
    /// <summary>The folder of the data set.</summary>
    public required string Data { get; init; }

    /// <summary>Pictures in a training batch.</summary>
    public required int Batch { get; init; }

    /// <summary>How pictures become inputs.</summary>
    public required ImagePreparation Preparation { get; init; }

    /// <summary>Whether the second tick of the loss, whose answer counts, is the most certain one; else it is the last.</summary>
    public bool UseMostCertain { get; init; } = true;

    /// <summary>
    /// Weight of the mean over all ticks of their losses beside the published loss, which asks nothing of ticks that it does not choose;
    /// 0 for the published loss.
    /// </summary>
    public float EveryTickLoss { get; init; }

    /// <summary>Test pictures in an evaluation; all where there are fewer.</summary>
    public int TestSamples { get; init; } = 10_000;

    /// <summary>Test pictures in an evaluation while training.</summary>
    public int ProbeSamples { get; init; } = 1000;

    /// <summary>Seed of start values, pairs, order, augmentation and dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The model.</summary>
    public required TickModelConfiguration Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingOptions Training { get; init; }

    ModelConfiguration IRecipe.Model => Model;
}
