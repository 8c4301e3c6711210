using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>A learned vector for each place of a feature map (<c>positional_embedding.weight</c>, [places, channels]).</summary>
public sealed class LearnedPositions(ParameterSet set, int places, int channels) : PositionalEmbedding
{
    private readonly StartState vectors = new(set.Add("positional_embedding.weight", [places, channels], Initializer.Normal(0.1)));

    /// <inheritdoc/>
    public override Tensor Vectors(Tape tape, int height, int width) => height * width == places
        ? vectors.Forward(tape, 1, channels)
        : throw new ArgumentException($"The positions are made for {places} places, the feature map has {height * width}.");
}
