using Ctm.Engine.Autograd;

namespace Ctm.Engine.Models;

/// <summary>What a forward pass over a Q&amp;A MNIST input gives; tensors live until the tape's next step.</summary>
public sealed record QamnistOutput
{
    /// <summary>Predictions and tracks of all ticks; attention and the synchronization behind it only have the digit ticks.</summary>
    public required TickOutput Ticks { get; init; }

    /// <summary>Logits of the answer ticks, shape [answer ticks * B, outputs]: what a loss is made of.</summary>
    public required Tensor Answers { get; init; }

    /// <summary>What the model gets of each part of the question in turn, shape [ticks of the part * B, d_input].</summary>
    public required IReadOnlyList<Tensor> Question { get; init; }
}
