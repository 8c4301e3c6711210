using Ctm.Engine.Autograd;

namespace Ctm.Engine.Models;

/// <summary>What a forward pass gives, for all ticks; tensors live until the tape's next step.</summary>
public sealed record CtmOutput
{
    /// <summary>Number of samples B.</summary>
    public required int Batch { get; init; }

    /// <summary>Number of ticks T.</summary>
    public required int Ticks { get; init; }

    /// <summary>Rows of the feature map that is attended to.</summary>
    public required int MapHeight { get; init; }

    /// <summary>Columns of the feature map that is attended to.</summary>
    public required int MapWidth { get; init; }

    /// <summary>Logits, shape [T * B, outputs].</summary>
    public required Tensor Predictions { get; init; }

    /// <summary>Attention weights, shape [T * B, heads * tokens].</summary>
    public required Tensor AttentionWeights { get; init; }

    /// <summary>Newest pre-activations, shape [T * B, D].</summary>
    public required Tensor PreActivations { get; init; }

    /// <summary>Post-activations, shape [T * B, D].</summary>
    public required Tensor PostActivations { get; init; }

    /// <summary>Synchronization behind the queries, shape [T * B, pairs].</summary>
    public required Tensor ActionSynchronization { get; init; }

    /// <summary>Synchronization behind the predictions, shape [T * B, pairs].</summary>
    public required Tensor OutputSynchronization { get; init; }
}
