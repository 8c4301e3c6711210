using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of the transformer baseline, which is not in the reference. Dropout acts on what each half of a block adds.
/// </summary>
public sealed record TransformerConfiguration : BaselineConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Transformer;

    /// <summary>Ticks T: how often the blocks are gone through.</summary>
    [JsonPropertyName("iterations")]
    public required int Ticks { get; init; }

    /// <summary>Attention heads, a divisor of the width.</summary>
    public required int Heads { get; init; }

    /// <summary>Blocks, which all ticks share.</summary>
    [JsonPropertyName("num_layers")]
    public required int Layers { get; init; }

    /// <summary>
    /// The positional embedding, as of <see cref="CtmConfiguration.PositionalEmbedding"/>. Without one the model knows no more of
    /// places than the backbone tells.
    /// </summary>
    [JsonPropertyName("positional_embedding_type")]
    public string PositionalEmbedding { get; init; } = "none";

    /// <inheritdoc/>
    [JsonIgnore]
    public override int TickCount => Ticks;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new TransformerModel Create(ComputeDevice device, ulong seed) => (TransformerModel)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        PositionalEmbeddings.Check(PositionalEmbedding, Backbone, ImageSize);
        Positive(Ticks, "iterations");
        Positive(Heads, "heads");
        Positive(Layers, "num_layers");
        Require(Width % Heads == 0, $"d_model {Width} is no multiple of {Heads} heads");
    }

    /// <inheritdoc/>
    protected override TransformerModel Build(ComputeDevice device, ulong seed) => new(device, this);
}
