using Ctm.Kernels.Attention;
using Ctm.Kernels.Losses;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Benchmarks.Sizes;

/// <summary>The sizes of one model configuration, as its kernels see them.</summary>
public sealed record ModelSize
{
    /// <summary>Short name, shown in the tables.</summary>
    public required string Name { get; init; }

    /// <summary>Samples B.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Ticks T.</summary>
    public required int Ticks { get; init; }

    /// <summary>Neurons D.</summary>
    public required int Neurons { get; init; }

    /// <summary>Memory length M.</summary>
    public required int Memory { get; init; }

    /// <summary>Hidden width H of the neuron-level models.</summary>
    public required int Hidden { get; init; }

    /// <summary>Attention heads Q.</summary>
    public required int Heads { get; init; }

    /// <summary>Attention width I.</summary>
    public required int Width { get; init; }

    /// <summary>Tokens N.</summary>
    public required int Tokens { get; init; }

    /// <summary>Columns of the first synapse layer: 2 D before a GLU at depth 1, D in the U-Net.</summary>
    public required int SynapseColumns { get; init; }

    /// <summary>Neurons in each list of the output synchronization.</summary>
    public required int SelectedNeurons { get; init; }

    /// <summary>True where all pairs of the selected neurons count, false where the lists are the pairs.</summary>
    public bool IsDense { get; init; }

    /// <summary>Predictions of a sample.</summary>
    public required int Positions { get; init; }

    /// <summary>Classes K of a prediction.</summary>
    public required int Classes { get; init; }

    /// <summary>Pairs P of the output synchronization.</summary>
    public int Pairs => IsDense ? SelectedNeurons * (SelectedNeurons + 1) / 2 : SelectedNeurons;

    /// <summary>Elements of a state, B times D.</summary>
    public int StateLength => Batch * Neurons;

    /// <summary>The attention of one tick.</summary>
    public AttentionShape Attention => new(Batch, Tokens, Heads, Width);

    /// <summary>The logits of all ticks.</summary>
    public LossShape Loss => new(Ticks, Batch, Positions, Classes);

    /// <summary>The neuron-level models.</summary>
    public NeuronLevelModelShape NeuronLevelModels => new(Neurons, Memory, Hidden, Batch, Ticks);

    /// <summary>The configurations that are measured: the paper's three cores and the quick maze recipe.</summary>
    public static IReadOnlyList<ModelSize> All { get; } =
    [
        new()
        {
            Name = "quick", Ticks = 16, Neurons = 256, Memory = 8, Hidden = 4, Heads = 4, Width = 128, Tokens = 36,
            SynapseColumns = 512, SelectedNeurons = 256, Positions = 30, Classes = 5,
        },
        new()
        {
            Name = "parity-64", Ticks = 75, Neurons = 1024, Memory = 25, Hidden = 16, Heads = 8, Width = 512, Tokens = 64,
            SynapseColumns = 2048, SelectedNeurons = 32, IsDense = true, Positions = 64, Classes = 2,
        },
        new()
        {
            Name = "maze-small", Ticks = 10, Neurons = 1024, Memory = 25, Hidden = 32, Heads = 4, Width = 256, Tokens = 100,
            SynapseColumns = 1024, SelectedNeurons = 128, Positions = 50, Classes = 5,
        },
        new()
        {
            Name = "maze-medium", Ticks = 10, Neurons = 2048, Memory = 25, Hidden = 32, Heads = 8, Width = 512, Tokens = 100,
            SynapseColumns = 2048, SelectedNeurons = 64, IsDense = true, Positions = 100, Classes = 5,
        },
    ];

    /// <summary>A size that every kernel does at once, to see that the benchmarks work.</summary>
    public static ModelSize Smoke { get; } = new()
    {
        Name = "smoke",
        Batch = 3,
        Ticks = 2,
        Neurons = 20,
        Memory = 3,
        Hidden = 2,
        Heads = 2,
        Width = 8,
        Tokens = 5,
        SynapseColumns = 40,
        SelectedNeurons = 4,
        IsDense = true,
        Positions = 3,
        Classes = 5,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
