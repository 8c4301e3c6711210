using System.Text.Json.Serialization;
using Ctm.Engine.Backbones;

namespace Ctm.Engine.Models;

/// <summary>What the configurations of the baselines share: a width, a backbone and dropout.</summary>
public abstract record BaselineConfiguration : TickModelConfiguration, IBackboneConfiguration
{
    /// <summary>Width D of the model.</summary>
    [JsonPropertyName("d_model")]
    public required int Width { get; init; }

    /// <summary>The backbone, as of <see cref="CtmConfiguration.Backbone"/>.</summary>
    [JsonPropertyName("backbone_type")]
    public required string Backbone { get; init; }

    /// <summary>Dropout; where it acts is up to the kind of model.</summary>
    public float Dropout { get; init; }

    /// <summary>Channels of the <c>compact</c> backbone.</summary>
    public int BackboneChannels { get; init; } = 48;

    /// <summary>Layers of the <c>compact</c> backbone.</summary>
    public int BackboneLayers { get; init; } = 3;

    /// <summary>Stride of the <c>compact</c> backbone.</summary>
    public int BackboneStride { get; init; } = 2;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int InputChannels => BackboneFactory.IsForSequences(Backbone) ? 1 : ImageChannels;

    int IBackboneConfiguration.InputWidth => FeatureWidth;

    /// <summary>Width of the features of a backbone that is a table of vectors.</summary>
    private protected virtual int FeatureWidth => Width;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        BackboneFactory.Check(this);
        Positive(Width, "d_model");
        Require(Dropout is >= 0 and < 1, FormattableString.Invariant($"dropout {Dropout} is not in [0, 1)"));
    }
}
