using Ctm.Engine.Autograd;

namespace Ctm.Engine.Agents;

/// <summary>What an agent thinks about a number of steps, S, in N environments; tensors live until the tape's next step.</summary>
public sealed record AgentOutput
{
    /// <summary>Logits of the actions, shape [S * N, actions].</summary>
    public required Tensor Logits { get; init; }

    /// <summary>The critic's values, shape [S * N, 1].</summary>
    public required Tensor Values { get; init; }

    /// <summary>What both see: synchronization, or the LSTM's hidden state, shape [S * N, width].</summary>
    public required Tensor Hidden { get; init; }

    /// <summary>The first state after the last step: histories of pre-activations [N * D, M], or hidden states [N, D].</summary>
    public required Tensor FirstState { get; init; }

    /// <summary>The second state after the last step: histories of post-activations [N * D, M], or cell states [N, D].</summary>
    public required Tensor SecondState { get; init; }

    /// <summary>Newest pre-activations of each tick, T of shape [S * N, D]; none for an LSTM.</summary>
    public required IReadOnlyList<Tensor> PreActivations { get; init; }

    /// <summary>Post-activations, or hidden states, of each tick, T of shape [S * N, D].</summary>
    public required IReadOnlyList<Tensor> PostActivations { get; init; }
}
