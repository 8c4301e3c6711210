using System.Text.Json.Serialization;
using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>The shape of a CTM that answers one input at every tick: the arguments that its forms share.</summary>
public abstract record CtmConfigurationBase : TickModelConfiguration, ICtmConfiguration
{
    /// <summary>Internal ticks T.</summary>
    [JsonPropertyName("iterations")]
    public required int Ticks { get; init; }

    /// <summary>Number of neurons D.</summary>
    [JsonPropertyName("d_model")]
    public required int Neurons { get; init; }

    /// <summary>Attention width I.</summary>
    [JsonPropertyName("d_input")]
    public required int InputWidth { get; init; }

    /// <summary>Attention heads Q, a divisor of the attention width.</summary>
    public required int Heads { get; init; }

    /// <summary>Neurons (or pairs, for random pairing) whose synchronization makes the output.</summary>
    [JsonPropertyName("n_synch_out")]
    public required int OutputNeurons { get; init; }

    /// <summary>Neurons (or pairs) whose synchronization makes the attention query.</summary>
    [JsonPropertyName("n_synch_action")]
    public required int ActionNeurons { get; init; }

    /// <summary>Depth of the synapse model: 1, or the number of widths of a U-Net.</summary>
    public required int SynapseDepth { get; init; }

    /// <summary>Length M of the pre-activation history that a neuron sees.</summary>
    public required int MemoryLength { get; init; }

    /// <summary>Two-layer neuron-level models instead of linear ones.</summary>
    [JsonPropertyName("deep_nlms")]
    public bool DeepNeuronLevelModels { get; init; } = true;

    /// <summary>Hidden width H of the neuron-level models.</summary>
    [JsonPropertyName("memory_hidden_dims")]
    public required int HiddenWidth { get; init; }

    /// <summary>LayerNorm before each layer of the neuron-level models, which then are much slower.</summary>
    [JsonPropertyName("do_layernorm_nlm")]
    public bool NormalizeHistory { get; init; }

    /// <summary>
    /// Temperature that the last layer of the neuron-level models is divided by before training; it is a parameter. Below 1 post-activations
    /// start larger, and the synchronization by the square of that.
    /// </summary>
    public float StartTemperature { get; init; } = 1f;

    /// <inheritdoc cref="ICtmConfiguration.StartDecay"/>
    public float StartDecay { get; init; }

    /// <summary>Dropout in the synapse model and on attention weights.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Dropout before each layer of the neuron-level models, which then are much slower; null stands for <see cref="Dropout"/>.
    /// </summary>
    public float? DropoutNlm { get; init; }

    /// <summary>How neuron pairs are chosen.</summary>
    [JsonPropertyName("neuron_select_type")]
    public NeuronSelection NeuronSelection { get; init; } = NeuronSelection.RandomPairing;

    /// <summary>Pairs of a neuron with itself, for random pairing.</summary>
    [JsonPropertyName("n_random_pairing_self")]
    public int SelfPairs { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override int TickCount => Ticks;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Positive(Ticks, "iterations");
        Positive(InputWidth, "d_input");
        CtmValidation.Validate(this);
    }
}
