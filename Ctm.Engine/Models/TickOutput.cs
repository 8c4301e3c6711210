using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>
/// What a forward pass gives, for all ticks; tensors live until the tape's next step. Training with checkpointed ticks gives predictions and
/// synchronization only.
/// </summary>
public sealed record TickOutput
{
    /// <summary>Number of samples B.</summary>
    public required int Batch { get; init; }

    /// <summary>Number of ticks T.</summary>
    public required int Ticks { get; init; }

    /// <summary>Logits, shape [T * B, outputs].</summary>
    public required Tensor Predictions { get; init; }

    /// <summary>Where the model looks; null for models that do not attend tick by tick.</summary>
    public AttentionTrack? Attention { get; init; }

    /// <summary>Newest pre-activations, shape [T * B, D]; null for models without any.</summary>
    public Tensor? PreActivations { get; init; }

    /// <summary>Post-activations, or the hidden state of a baseline, shape [T * B, D]; null for models without any.</summary>
    public Tensor? PostActivations { get; init; }

    /// <summary>Synchronization behind the queries, shape [T * B, pairs]; null for models without any.</summary>
    public Tensor? ActionSynchronization { get; init; }

    /// <summary>Synchronization behind the predictions, shape [T * B, pairs]; null for models without any.</summary>
    public Tensor? OutputSynchronization { get; init; }
}

/// <summary>Attention over a feature map, for all ticks.</summary>
/// <param name="Weights">Shape [T * B, heads * height * width].</param>
/// <param name="Heads">Number of heads.</param>
/// <param name="Height">Rows of the feature map.</param>
/// <param name="Width">Columns of the feature map.</param>
public sealed record AttentionTrack(Tensor Weights, int Heads, int Height, int Width)
{
    /// <summary>Where a block looked in a recurrence that has ended; null where its ticks have not been kept.</summary>
    internal static AttentionTrack? Of(Tape tape, SingleQueryAttention attention, FeatureMap features) =>
        tape.AllTicksIfKept(attention.Weights!) is { } weights
            ? new AttentionTrack(weights, attention.Heads, features.Height, features.Width)
            : null;
}
