using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>
/// Tokens of a sequence of -1 and 1: one learned vector for 1, another for anything else (models/modules.py). Takes maps of height 1 with
/// one channel. Parameter <c>backbone.embedding.weight</c> [2, channels].
/// </summary>
/// <param name="set">Receives the parameter.</param>
/// <param name="channels">Channels of the tokens: the attention width.</param>
public sealed class ParityBackbone(ParameterSet set, int channels) : IBackbone
{
    /// <summary>The name in configurations.</summary>
    public const string Name = "parity_backbone";

    private readonly Embedding embedding = new(set, "backbone.embedding", 2, channels);

    /// <inheritdoc/>
    public int Channels => embedding.Width;

    /// <summary>Tokens of sequences of a length.</summary>
    public int MapSize(int imageSize) => imageSize;

    /// <inheritdoc/>
    public int Places(int imageSize) => imageSize;

    /// <inheritdoc/>
    public FeatureMap Forward(Tape tape, FeatureMap images) => images is { Height: 1, Channels: 1 }
        ? images with { Tensor = embedding.Forward(tape, tape.IndicesWhereEqual(images.Tensor, 1f)) }
        : throw new ArgumentException(
            $"{Name} takes sequences, maps of height 1 with 1 channel; this one is {images.Height} x {images.Width} with {images.Channels}.");
}
