using Ctm.Kernels.Attention;
using Ctm.Kernels.Losses;

namespace Ctm.Kernels.Catalogue;

/// <summary>The sizes that the cases of a catalogue are made from.</summary>
public sealed record KernelCaseSize
{
    /// <summary>A name for tables and messages.</summary>
    public required string Name { get; init; }

    /// <summary>Samples B.</summary>
    public required int Batch { get; init; }

    /// <summary>Ticks T.</summary>
    public required int Ticks { get; init; }

    /// <summary>Neurons D.</summary>
    public required int Neurons { get; init; }

    /// <summary>Pre-activations that a neuron sees, M.</summary>
    public required int Memory { get; init; }

    /// <summary>Hidden width H of the neuron-level models.</summary>
    public required int Hidden { get; init; }

    /// <summary>Neuron pairs P.</summary>
    public required int Pairs { get; init; }

    /// <summary>Tokens N.</summary>
    public required int Tokens { get; init; }

    /// <summary>Attention heads Q.</summary>
    public required int Heads { get; init; }

    /// <summary>Attention width I, a multiple of the heads.</summary>
    public required int Width { get; init; }

    /// <summary>Columns of a linear layer.</summary>
    public required int Columns { get; init; }

    /// <summary>Predictions of a sample.</summary>
    public required int Positions { get; init; }

    /// <summary>Classes K.</summary>
    public required int Classes { get; init; }

    /// <summary>Height and width of images.</summary>
    public required int Side { get; init; }

    /// <summary>Channels C of images.</summary>
    public required int Channels { get; init; }

    /// <summary>Small sizes that are multiples of four: the kernels' vector forms.</summary>
    public static KernelCaseSize Aligned { get; } = new()
    {
        Name = "aligned",
        Batch = 5,
        Ticks = 3,
        Neurons = 24,
        Memory = 5,
        Hidden = 2,
        Pairs = 20,
        Tokens = 16,
        Heads = 2,
        Width = 16,
        Columns = 36,
        Positions = 4,
        Classes = 8,
        Side = 6,
        Channels = 8,
    };

    /// <summary>Small sizes that are no multiples of anything: the kernels' scalar forms.</summary>
    public static KernelCaseSize Odd { get; } = new()
    {
        Name = "odd",
        Batch = 5,
        Ticks = 3,
        Neurons = 23,
        Memory = 4,
        Hidden = 3,
        Pairs = 17,
        Tokens = 15,
        Heads = 3,
        Width = 15,
        Columns = 37,
        Positions = 5,
        Classes = 5,
        Side = 7,
        Channels = 3,
    };

    /// <summary>The sizes of the paper's medium maze model, with images of its backbone's second stage.</summary>
    public static KernelCaseSize MazeMedium { get; } = new()
    {
        Name = "maze-medium",
        Batch = 64,
        Ticks = 10,
        Neurons = 2048,
        Memory = 25,
        Hidden = 32,
        Pairs = 2080,
        Tokens = 100,
        Heads = 8,
        Width = 512,
        Columns = 2048,
        Positions = 100,
        Classes = 5,
        Side = 10,
        Channels = 64,
    };

    internal int States => Batch * Neurons;

    internal AttentionShape Attention => new(Batch, Tokens, Heads, Width);

    internal LossShape Losses => new(Ticks, Batch, Positions, Classes);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
