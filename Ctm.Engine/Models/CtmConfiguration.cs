using System.Text.Json.Serialization;
using Ctm.Engine.Backbones;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of a Continuous Thought Machine. Saved as <c>config.json</c> under the reference's argument names; the last
/// group is ours.
/// </summary>
public sealed record CtmConfiguration : CtmConfigurationBase, ICtmConfiguration, IBackboneConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Default;

    /// <summary>
    /// The backbone: <c>resnet18-1</c> and its kin, <c>shallow-wide</c>, <c>parity_backbone</c>, <c>mnist</c> (as many channels as the
    /// attention is wide), <c>none</c> (pixels are tokens), or <c>compact</c>, which is ours.
    /// </summary>
    [JsonPropertyName("backbone_type")]
    public required string Backbone { get; init; }

    /// <summary>
    /// The positional embedding: <c>none</c>, <c>learnable-fourier</c>, <c>multi-learnable-fourier</c>, <c>custom-rotational</c>,
    /// <c>custom-rotational-1d</c>, or <c>learned</c> (one vector a token), which is ours.
    /// </summary>
    [JsonPropertyName("positional_embedding_type")]
    public string PositionalEmbedding { get; init; } = "none";

    /// <summary>
    /// Whether neurons have models of their own; the paper's ablation without them (appendix G.3) takes a pre-activation for the
    /// post-activation. The memory length and what belongs to the models then change nothing.
    /// </summary>
    [JsonPropertyName("neuron_level_models")]
    public bool HasNeuronLevelModels { get; init; } = true;

    /// <summary>
    /// Whether queries and predictions come of the synchronization; in the paper's ablation without it (appendix G.3) they come of the
    /// post-activations. The numbers of neurons or pairs then change nothing.
    /// </summary>
    [JsonPropertyName("synchronization")]
    public bool HasSynchronization { get; init; } = true;

    /// <summary>Channels of the <c>compact</c> backbone.</summary>
    public int BackboneChannels { get; init; } = 48;

    /// <summary>Layers of the <c>compact</c> backbone.</summary>
    public int BackboneLayers { get; init; } = 3;

    /// <summary>Stride of the <c>compact</c> backbone.</summary>
    public int BackboneStride { get; init; } = 2;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InputChannels => BackboneFactory.IsForSequences(Backbone) ? 1 : ImageChannels;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new ContinuousThoughtMachine Create(ComputeDevice device, ulong seed) => (ContinuousThoughtMachine)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        BackboneFactory.Check(this);
        PositionalEmbeddings.Check(PositionalEmbedding, Backbone, ImageSize);
        Positive(Heads, "heads");
        Positive(ActionNeurons, "n_synch_action");
        Require(InputWidth % Heads == 0, $"d_input {InputWidth} is no multiple of {Heads} heads");
    }

    /// <inheritdoc/>
    protected override ContinuousThoughtMachine Build(ComputeDevice device, ulong seed) => new(device, this, seed);
}
