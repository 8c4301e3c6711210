using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>A positional embedding with one vector a place, the same for every sample.</summary>
public abstract class PositionalEmbedding : IPositionalEmbedding
{
    /// <inheritdoc/>
    public FeatureMap Add(Tape tape, FeatureMap features) =>
        features with { Tensor = tape.AddToEach(features.Tensor, Vectors(tape, features.Height, features.Width)) };

    /// <summary>The vectors of all places, row by row.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="height">Places down.</param>
    /// <param name="width">Places across.</param>
    /// <returns>Shape [height * width, channels].</returns>
    /// <exception cref="ArgumentException">When the embedding is not made for maps of this size.</exception>
    public abstract Tensor Vectors(Tape tape, int height, int width);
}
