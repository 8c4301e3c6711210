using System.Text.Json.Serialization;
using Ctm.Engine.Backbones;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of a Continuous Thought Machine. Saved as <c>config.json</c> under the reference's argument names; the last
/// group is ours.
/// </summary>
public sealed record CtmConfiguration : TickModelConfiguration, IBackboneConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Default;

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
    /// The backbone: <c>resnet18-1</c> and its kin, <c>shallow-wide</c>, <c>parity_backbone</c>, <c>none</c> (pixels are tokens), or
    /// <c>compact</c>, which is ours.
    /// </summary>
    [JsonPropertyName("backbone_type")]
    public required string Backbone { get; init; }

    /// <summary>
    /// The positional embedding: <c>none</c>, <c>learnable-fourier</c>, <c>multi-learnable-fourier</c>, <c>custom-rotational</c>,
    /// <c>custom-rotational-1d</c>, or <c>learned</c> (one vector a token), which is ours.
    /// </summary>
    [JsonPropertyName("positional_embedding_type")]
    public string PositionalEmbedding { get; init; } = "none";

    /// <summary>Dropout in the synapse model.</summary>
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

    /// <summary>Channels of the <c>compact</c> backbone.</summary>
    public int BackboneChannels { get; init; } = 48;

    /// <summary>Layers of the <c>compact</c> backbone.</summary>
    public int BackboneLayers { get; init; } = 3;

    /// <summary>Stride of the <c>compact</c> backbone.</summary>
    public int BackboneStride { get; init; } = 2;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int TickCount => Ticks;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InputChannels => BackboneFactory.IsForSequences(Backbone) ? 1 : ImageChannels;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new ContinuousThoughtMachine Create(ComputeDevice device, ulong seed) => (ContinuousThoughtMachine)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        BackboneFactory.Check(Backbone);
        PositionalEmbeddings.Check(PositionalEmbedding, Backbone, ImageSize);
        Positive(BackboneChannels, "backbone_channels");
        Require(BackboneLayers >= 2, $"backbone_layers is {BackboneLayers}, it must be 2 or more");
        Positive(BackboneStride, "backbone_stride");
        Positive(Ticks, "iterations");
        Positive(Neurons, "d_model");
        Positive(InputWidth, "d_input");
        Positive(Heads, "heads");
        Positive(OutputNeurons, "n_synch_out");
        Positive(ActionNeurons, "n_synch_action");
        Positive(SynapseDepth, "synapse_depth");
        Positive(MemoryLength, "memory_length");
        if (DeepNeuronLevelModels)
        {
            Positive(HiddenWidth, "memory_hidden_dims");
        }

        Require(InputWidth % Heads == 0, $"d_input {InputWidth} is no multiple of {Heads} heads");
        Require(Dropout is >= 0 and < 1, $"dropout {Dropout} is not in [0, 1)");
        Require(DropoutNlm is null or (>= 0 and < 1), $"dropout_nlm {DropoutNlm} is not in [0, 1)");
        if (NeuronSelection == NeuronSelection.FirstLast)
        {
            Require(
                OutputNeurons + ActionNeurons <= Neurons,
                $"first-last needs d_model of at least n_synch_out + n_synch_action = {OutputNeurons + ActionNeurons}, it is {Neurons}");
        }
        else if (NeuronSelection == NeuronSelection.RandomPairing)
        {
            Require(
                SelfPairs >= 0 && SelfPairs < Math.Min(OutputNeurons, ActionNeurons),
                $"n_random_pairing_self {SelfPairs} must be below n_synch_out {OutputNeurons} and n_synch_action {ActionNeurons}");
        }
    }

    /// <inheritdoc/>
    protected override ContinuousThoughtMachine Build(ComputeDevice device, ulong seed) => new(device, this, seed);
}
