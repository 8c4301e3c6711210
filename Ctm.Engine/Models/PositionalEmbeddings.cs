using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>Positional embeddings by the name that configurations have for them.</summary>
internal static class PositionalEmbeddings
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", "learned"];

    /// <summary>Creates the embedding of a name; null for none.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">One of the names.</param>
    /// <param name="backbone">What makes the features.</param>
    /// <param name="imageSize">Height and width of the images, for what is made for one size.</param>
    /// <exception cref="ModelConfigurationException">When there is no embedding of that name.</exception>
    public static IPositionalEmbedding? Create(ParameterSet set, string name, IBackbone backbone, int imageSize)
    {
        switch (name)
        {
            case "none":
                return null;
            case "learned":
                if (imageSize == 0)
                {
                    throw new ModelConfigurationException("Learned positions need image_size.");
                }

                int side = backbone.MapSize(imageSize);
                return new LearnedPositions(set, side * side, backbone.Channels);
            default:
                throw new ModelConfigurationException($"positional_embedding_type '{name}' is unknown: there are {string.Join(", ", Names)}.");
        }
    }
}
