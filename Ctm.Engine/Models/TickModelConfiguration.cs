using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>The shape of a model that answers one input at every tick (see <see cref="TickModel"/>).</summary>
[JsonConverter(typeof(ModelConfigurationConverter<TickModelConfiguration>))]
public abstract record TickModelConfiguration : ModelConfiguration
{
    /// <summary>Ticks T; 1 for models that do not tick.</summary>
    [JsonIgnore]
    public abstract int TickCount { get; }

    /// <summary>Values of one prediction.</summary>
    [JsonPropertyName("out_dims")]
    public required int OutputWidth { get; init; }

    /// <summary>Shape of a prediction, for certainty: [-1] for one distribution, or [positions, classes].</summary>
    public int[] PredictionReshaper { get; init; } = [-1];

    /// <summary>Channels of the input images.</summary>
    public int ImageChannels { get; init; } = 3;

    /// <summary>
    /// Height and width of the images, or length of the sequences, for parts that are made for one size; 0 where not needed.
    /// </summary>
    public int ImageSize { get; init; }

    /// <summary>Channels of the inputs: those of the images, or 1 where they are sequences.</summary>
    [JsonIgnore]
    public virtual int InputChannels => ImageChannels;

    /// <summary>Positions of one prediction.</summary>
    [JsonIgnore]
    public int Positions => PredictionReshaper.Length == 1 ? 1 : PredictionReshaper[0];

    /// <summary>Classes at each position.</summary>
    [JsonIgnore]
    public int Classes => OutputWidth / Positions;

    /// <inheritdoc cref="ModelConfiguration.Create"/>
    public new TickModel Create(ComputeDevice device, ulong seed) => (TickModel)base.Create(device, seed);

    /// <inheritdoc/>
    public override void Validate()
    {
        Positive(OutputWidth, "out_dims");
        Positive(ImageChannels, "image_channels");
        Require(ImageSize >= 0, $"image_size is {ImageSize}, it must be 0 or more");
        Require(
            PredictionReshaper is [-1] || (PredictionReshaper is [> 0, > 0] && PredictionReshaper[0] * PredictionReshaper[1] == OutputWidth),
            $"prediction_reshaper must be [-1] or [positions, classes] with a product of out_dims {OutputWidth}");
    }
}
