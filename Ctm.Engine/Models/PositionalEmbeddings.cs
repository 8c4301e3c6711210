using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>Positional embeddings by the name that configurations have for them.</summary>
internal static class PositionalEmbeddings
{
    private const string Nothing = "none", Learned = "learned", Fourier = "learnable-fourier", MultiFourier = "multi-learnable-fourier";
    private const string Rotational = "custom-rotational", RotationalSequence = "custom-rotational-1d";

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Nothing, Fourier, MultiFourier, Rotational, RotationalSequence, Learned];

    /// <summary>Fails unless there is an embedding of a name, and it goes with a backbone.</summary>
    /// <param name="name">The name.</param>
    /// <param name="backbone">The name of the backbone.</param>
    /// <param name="imageSize">Height and width of the images, length of the sequences, or 0 where not known.</param>
    /// <exception cref="ModelConfigurationException">Says which would be right.</exception>
    public static void Check(string name, string backbone, int imageSize)
    {
        if (!Names.Contains(name))
        {
            throw new ModelConfigurationException($"positional_embedding_type '{name}' is unknown: there are {string.Join(", ", Names)}.");
        }

        string[] fitting = backbone == PixelBackbone.Name ? [Nothing]
            : BackboneFactory.IsForSequences(backbone) ? [Nothing, RotationalSequence, Learned]
            : [Nothing, Fourier, MultiFourier, Rotational, Learned];
        if (!fitting.Contains(name))
        {
            throw new ModelConfigurationException(
                $"positional_embedding_type {name} does not go with backbone_type {backbone}, which takes {string.Join(", ", fitting)}.");
        }

        if (name == Learned && imageSize == 0)
        {
            throw new ModelConfigurationException("Learned positions need image_size.");
        }
    }

    /// <summary>Creates the embedding of a name that has been checked; null for none.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">One of the names.</param>
    /// <param name="backbone">What makes the features.</param>
    /// <param name="imageSize">Height and width of the images, for what is made for one size.</param>
    public static IPositionalEmbedding? Create(ParameterSet set, string name, IBackbone backbone, int imageSize) => name switch
    {
        Nothing => null,
        Fourier => new LearnableFourierPositions(set, backbone.Channels),
        MultiFourier => new MultiLearnableFourierPositions(set, backbone.Channels),
        Rotational => new RotationalPositions(set, backbone.Channels),
        RotationalSequence => new RotationalSequencePositions(set, backbone.Channels),
        Learned => new LearnedPositions(set, backbone.Places(imageSize), backbone.Channels),
        _ => throw new ArgumentException($"There is no positional embedding '{name}'."),
    };
}
