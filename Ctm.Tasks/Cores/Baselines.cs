using Ctm.Engine.Models;

namespace Ctm.Tasks.Cores;

/// <summary>
/// Baselines in the place of a CTM: its backbone, inputs, outputs and dropout, and widths of their own.
/// </summary>
internal static class Baselines
{
    /// <summary>An LSTM that attends and ticks as the CTM does.</summary>
    /// <param name="c">The CTM.</param>
    /// <param name="width">Width of the LSTM.</param>
    /// <param name="layers">Number of its layers.</param>
    public static LstmConfiguration Lstm(CtmConfiguration c, int width, int layers = 1) => InPlaceOf(c, new LstmConfiguration
    {
        Ticks = c.Ticks,
        Width = width,
        Layers = layers,
        InputWidth = c.InputWidth,
        Heads = c.Heads,
        PositionalEmbedding = c.PositionalEmbedding,
        Backbone = c.Backbone,
        OutputWidth = c.OutputWidth,
        ImageSize = c.ImageSize,
    });

    /// <summary>A feed-forward model behind the CTM's backbone.</summary>
    /// <param name="c">The CTM.</param>
    /// <param name="width">Width of the hidden layer.</param>
    /// <param name="flattened">Size of the images whose places it sees side by side; 0 for the mean over the map.</param>
    public static FeedForwardConfiguration FeedForward(CtmConfiguration c, int width, int flattened) => InPlaceOf(c, new FeedForwardConfiguration
    {
        Width = width,
        Flatten = flattened > 0,
        Backbone = c.Backbone,
        OutputWidth = c.OutputWidth,
        ImageSize = flattened,
    });

    /// <summary>A transformer over the tokens of the CTM's backbone.</summary>
    /// <param name="c">The CTM.</param>
    /// <param name="shape">Ticks, width, heads and layers.</param>
    /// <param name="positionalEmbedding">Its positions.</param>
    /// <param name="imageSize">Size of the images, for positions that are made for one size.</param>
    public static TransformerConfiguration Transformer(
        CtmConfiguration c, (int Ticks, int Width, int Heads, int Layers) shape, string positionalEmbedding, int imageSize) =>
        InPlaceOf(c, new TransformerConfiguration
        {
            Ticks = shape.Ticks,
            Width = shape.Width,
            Heads = shape.Heads,
            Layers = shape.Layers,
            PositionalEmbedding = positionalEmbedding,
            Backbone = c.Backbone,
            OutputWidth = c.OutputWidth,
            ImageSize = imageSize,
        });

    private static T InPlaceOf<T>(CtmConfiguration c, T baseline)
        where T : BaselineConfiguration =>
        (T)((BaselineConfiguration)baseline with
        {
            BackboneChannels = c.BackboneChannels,
            BackboneLayers = c.BackboneLayers,
            BackboneStride = c.BackboneStride,
            PredictionReshaper = c.PredictionReshaper,
            Dropout = c.Dropout,
            ImageChannels = c.ImageChannels,
        });
}
