using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of the LSTM baseline (models/lstm.py). Saved as <c>config.json</c> under the reference's argument names; the last group
/// is ours. Dropout acts on attention weights and between layers.
/// </summary>
public sealed record LstmConfiguration : BaselineConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Lstm;

    /// <summary>Internal ticks T.</summary>
    [JsonPropertyName("iterations")]
    public required int Ticks { get; init; }

    /// <summary>Attention width I.</summary>
    [JsonPropertyName("d_input")]
    public required int InputWidth { get; init; }

    /// <summary>Attention heads Q, a divisor of the attention width.</summary>
    public required int Heads { get; init; }

    /// <summary>Layers of the LSTM.</summary>
    [JsonPropertyName("num_layers")]
    public int Layers { get; init; } = 1;

    /// <summary>The positional embedding, as of <see cref="CtmConfiguration.PositionalEmbedding"/>.</summary>
    [JsonPropertyName("positional_embedding_type")]
    public string PositionalEmbedding { get; init; } = "none";

    /// <summary>
    /// The form whose parameter counts the paper prints (appendix D.4), which the reference's class has not: the LSTM's input is the
    /// attention's output beside a state of width D, one more vector of width D is learned, and the layers' start states are not.
    /// The counts leave open what that state is. Here it is the top layer's hidden state, its start the learned vector
    /// (<c>start_activated_state</c>); the layers start at 0.
    /// </summary>
    public bool StateAsInput { get; init; }

    /// <summary>
    /// Neurons (or pairs, for random pairing) whose synchronization makes the output; 0 for the hidden state itself. With
    /// <see cref="ActionNeurons"/> it makes the paper's ablation of an LSTM with synchronization (appendix G.3), whose parameters count as
    /// printed there with 2 layers: the top layer's hidden states take the place of the CTM's post-activations.
    /// </summary>
    [JsonPropertyName("n_synch_out")]
    public int OutputNeurons { get; init; }

    /// <summary>Neurons (or pairs) whose synchronization makes the attention query; 0 where the output has none either.</summary>
    [JsonPropertyName("n_synch_action")]
    public int ActionNeurons { get; init; }

    /// <summary>How neuron pairs are chosen.</summary>
    [JsonPropertyName("neuron_select_type")]
    public NeuronSelection NeuronSelection { get; init; } = NeuronSelection.RandomPairing;

    /// <summary>Pairs of a neuron with itself, for random pairing.</summary>
    [JsonPropertyName("n_random_pairing_self")]
    public int SelfPairs { get; init; }

    /// <summary>Whether queries and predictions come of the synchronization of the hidden states.</summary>
    [JsonIgnore]
    public bool HasSynchronization => OutputNeurons > 0;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int TickCount => Ticks;

    private protected override int FeatureWidth => InputWidth;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new LstmModel Create(ComputeDevice device, ulong seed) => (LstmModel)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        PositionalEmbeddings.Check(PositionalEmbedding, Backbone, ImageSize);
        Positive(Ticks, "iterations");
        Positive(InputWidth, "d_input");
        Positive(Heads, "heads");
        Positive(Layers, "num_layers");
        Require(InputWidth % Heads == 0, $"d_input {InputWidth} is no multiple of {Heads} heads");
        Require(
            OutputNeurons >= 0 && ActionNeurons >= 0 && OutputNeurons > 0 == ActionNeurons > 0,
            $"n_synch_out {OutputNeurons} and n_synch_action {ActionNeurons} must both be 1 or more, or both 0");
        if (HasSynchronization)
        {
            CtmValidation.Pairs(Width, OutputNeurons, ActionNeurons, NeuronSelection, SelfPairs);
            Require(!StateAsInput, $"state_as_input goes with n_synch_out 0 only, it is {OutputNeurons}");
        }
    }

    /// <inheritdoc/>
    protected override LstmModel Build(ComputeDevice device, ulong seed) => new(device, this, seed);
}
