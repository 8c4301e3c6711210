using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The shape of the CTM that sorts numbers. It takes all arguments of the CTM, as in the reference, but has no attention: heads and
/// n_synch_action change nothing, and backbone and positional embedding can only be none. Its answers are read with the CTC loss:
/// a class for each number, and the last for blank.
/// </summary>
public sealed record SortConfiguration : CtmConfigurationBase, ICtmConfiguration, ISortConfiguration
{
    /// <inheritdoc/>
    public override string Kind => ModelKinds.Sort;

    /// <summary>The backbone: <c>none</c>.</summary>
    [JsonPropertyName("backbone_type")]
    public string Backbone { get; init; } = "none";

    /// <summary>The positional embedding: <c>none</c>.</summary>
    [JsonPropertyName("positional_embedding_type")]
    public string PositionalEmbedding { get; init; } = "none";

    /// <summary>
    /// Whether stored decays are kept in their bounds. The reference clamps them where they are used only: a decay starts at 0, the lower
    /// bound, and has no gradient once it is below, so that most of them never forget. Ours.
    /// </summary>
    public bool ProjectDecays { get; init; }

    /// <inheritdoc/>
    public float InputGain { get; init; } = 1f;

    /// <summary>How many numbers there are to sort, each a channel of its own in the synapse model's input.</summary>
    [JsonIgnore]
    public int Numbers => InputWidth;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InputChannels => 1;

    int ICtmConfiguration.ActionNeurons => 0;

    /// <inheritdoc/>
    public TickModelConfiguration For(int numbers) => this with { InputWidth = numbers, OutputWidth = unchecked(numbers + 1) };

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new SortMachine Create(ComputeDevice device, ulong seed) => (SortMachine)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Backbone == "none", $"backbone_type is '{Backbone}', it must be none: {Kind} sees the numbers as they are");
        Require(PositionalEmbedding == "none", $"positional_embedding_type is '{PositionalEmbedding}', it must be none for {Kind}");
        SortShapes.Check(this);
    }

    /// <inheritdoc/>
    protected override SortMachine Build(ComputeDevice device, ulong seed) => new(device, this, seed);
}
