using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>What tells a model where in its input a token lies.</summary>
public interface IPositionalEmbedding
{
    /// <summary>Adds the places to the features.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="features">The features.</param>
    /// <returns>The sum, of the same shape.</returns>
    /// <exception cref="ArgumentException">When the embedding is made for feature maps of another size.</exception>
    FeatureMap Add(Tape tape, FeatureMap features);
}
