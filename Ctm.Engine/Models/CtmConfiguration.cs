using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of a Continuous Thought Machine. Saved as <c>config.json</c> under the reference's argument names; the last
/// group is ours.
/// </summary>
public sealed record CtmConfiguration : CtmConfigurationBase
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Default;

    /// <summary>
    /// The backbone: <c>resnet18-1</c> and its kin, <c>mnist</c> (as many channels as the attention is wide), or <c>compact</c>.
    /// </summary>
    [JsonPropertyName("backbone_type")]
    public required string Backbone { get; init; }

    /// <summary>The positional embedding: <c>none</c>, or <c>learned</c> (one vector a token).</summary>
    [JsonPropertyName("positional_embedding_type")]
    public string PositionalEmbedding { get; init; } = "none";

    /// <summary>Channels of the <c>compact</c> backbone.</summary>
    public int BackboneChannels { get; init; } = 48;

    /// <summary>Layers of the <c>compact</c> backbone.</summary>
    public int BackboneLayers { get; init; } = 3;

    /// <summary>Stride of the <c>compact</c> backbone.</summary>
    public int BackboneStride { get; init; } = 2;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new ContinuousThoughtMachine Create(ComputeDevice device, ulong seed) => (ContinuousThoughtMachine)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Positive(Heads, "heads");
        Positive(ActionNeurons, "n_synch_action");
        Require(InputWidth % Heads == 0, $"d_input {InputWidth} is no multiple of {Heads} heads");
    }

    /// <inheritdoc/>
    protected override ContinuousThoughtMachine Build(ComputeDevice device, ulong seed) => new(device, this, seed);
}
