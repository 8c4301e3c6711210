using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>No backbone: the pixels themselves are the tokens.</summary>
/// <param name="channels">Channels of the images.</param>
public sealed class PixelBackbone(int channels) : IBackbone
{
    /// <summary>The name in configurations.</summary>
    public const string Name = "none";

    /// <inheritdoc/>
    public int Channels { get; } = channels;

    /// <inheritdoc/>
    public int MapSize(int imageSize) => imageSize;

    /// <inheritdoc/>
    public FeatureMap Forward(Tape tape, FeatureMap images) => images.Channels == Channels
        ? images
        : throw new ArgumentException($"The model takes images with {Channels} channels, these have {images.Channels}.");
}
