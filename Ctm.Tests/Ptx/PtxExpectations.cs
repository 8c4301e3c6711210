using Ctm.Tests.Ptx.Reading;

namespace Ctm.Tests.Ptx;

/// <summary>What is declared of single kernels: exceptions from the rules, with the reason, and what a hot loop must hold.</summary>
internal static class PtxExpectations
{
    /// <summary>
    /// Single floats that the inner loops of a vector form read and write, at most, where that is meant. Names are beginnings.
    /// </summary>
    private static readonly (string Kernel, int Most, string Reason)[] SingleFloats =
    [
        ("Attention.", 18, "a weight or a score is one number a token, the same for all columns"),
        ("Bottleneck.", 10, "a value's bias; what is left of a row in its normalisations"),
        ("Ctc.", 4, "gathers the classes of a target's labels"),
        ("Losses.Class", 1, "reads the target's logit, and the largest one by one"),
        ("Losses.PositionGradient", 5, "walks over a position's few classes"),
        ("Mixtures.MixtureForward", 1, "a part's weight"),
        ("NeuronLevelModels.FillHistory", 3, "turns [B, D, M] around, so that neurons are fastest"),
        ("NeuronLevelModels.PackLayer", 1, "clears the padding"),
        ("NeuronLevelModels.ReadHistory", 3, "turns the history around to [B, D, M]"),
        ("NeuronLevelModels.StartTraceGradient", 3, "turns the history around to [D, M]"),
        ("NeuronLevelModels.UnpackLayer", 1, "a row's temperature term"),
        ("Normalization.LayerNorm", 6, "what is left of a row; nothing where the width is a multiple of four"),
        ("Normalization.SkipNorm", 16, "what is left of a row; nothing where the width is a multiple of four"),
        ("Reductions.ColumnSums.LayerNormTerm", 14, "a row's mean and deviation"),
        ("Reductions.ColumnSums.SkipNormTerm", 28, "both means and deviations of a row"),
        ("Reductions.ColumnSums.WeightedTerm", 7, "a row's weight"),
        ("Synchronization.SynchronizationForwardBoth", 16, "gathers both neurons of four pairs, for either of two sets"),
        ("Synchronization.SynchronizationForward", 8, "gathers both neurons of four pairs"),
        ("Synchronization.WindowedForward", 8, "gathers both neurons of four pairs"),
    ];

    /// <summary>Kernels whose inner loops multiply 32-bit numbers to 64-bit ones: the random numbers of Philox 4x32-10.</summary>
    private static readonly string[] WideArithmetic =
    [
        "PairSampling.RandomNeurons", "RandomNumbers.CategoricalDraw", "RandomNumbers.Dropout", "RandomNumbers.NormalFill",
        "RandomNumbers.UniformFill",
    ];

    /// <summary>The least that the hot loop of a kernel must hold for a tile in registers that is worth its loads.</summary>
    private static readonly (string Kernel, PtxMix Least)[] HotLoops =
    [
        ("MatrixMultiply.MatrixTile", new PtxMix { MultiplyAdds = 64, SharedVectorLoads = 4 }),
        ("NeuronLevelModels.GroupedForward", new PtxMix { MultiplyAdds = 128 }),
        ("NeuronLevelModels.GroupedBackward", new PtxMix { MultiplyAdds = 128 }),
        ("NeuronLevelModels.GroupedGradients", new PtxMix { MultiplyAdds = 128, VectorLoads = 8 }),
        ("NeuronLevelModels.NeuronLevelModelForward.FourRows", new PtxMix { MultiplyAdds = 32, VectorLoads = 6 }),
        ("NeuronLevelModels.NeuronLevelModelForward.OneRow", new PtxMix { MultiplyAdds = 8, VectorLoads = 3 }),
        ("NeuronLevelModels.NeuronLevelModelBackward.FourRows", new PtxMix { MultiplyAdds = 64, VectorLoads = 12, VectorStores = 6 }),
        ("NeuronLevelModels.NeuronLevelModelBackward.OneRow", new PtxMix { MultiplyAdds = 16, VectorLoads = 6, VectorStores = 3 }),
        ("Attention.AttentionForward", new PtxMix { MultiplyAdds = 24, VectorLoads = 6 }),
        ("Attention.AttentionBackwardKeysValues", new PtxMix { MultiplyAdds = 4, VectorLoads = 1 }),
        ("Normalization.LayerNormForward", new PtxMix { MultiplyAdds = 16, VectorLoads = 8 }),
        ("Normalization.BatchNormApply", new PtxMix { MultiplyAdds = 4, VectorLoads = 1, VectorStores = 1 }),
        ("Optimizers.AdamWBody", new PtxMix { MultiplyAdds = 12, VectorLoads = 4, VectorStores = 3 }),
        ("Reductions.ColumnSums.ElementTerm", new PtxMix { VectorLoads = 4 }),
        ("SuperLinear.NeuronwiseSum", new PtxMix { MultiplyAdds = 4, VectorLoads = 2 }),
        ("Synchronization.SynchronizationForward", new PtxMix { MultiplyAdds = 4, VectorLoads = 3, VectorStores = 2 }),
    ];

    /// <summary>What a kernel breaks of the rules and of what is declared here, one line each.</summary>
    public static IReadOnlyList<string> Broken(string name, PtxShape shape)
    {
        int singles = Array.Find(SingleFloats, declared => name.StartsWith(declared.Kernel, StringComparison.Ordinal)).Most;
        bool wide = WideArithmetic.Contains(name);
        return [.. PtxRules.Broken(name, shape, singles, wide), .. Missing(name, shape)];
    }

    /// <summary>Declarations that no kernel answers to.</summary>
    public static IEnumerable<string> Unused(IReadOnlyCollection<string> names) =>
        SingleFloats.Select(declared => declared.Kernel).Concat(WideArithmetic).Concat(HotLoops.Select(declared => declared.Kernel))
            .Where(kernel => !names.Any(name => name.StartsWith(kernel, StringComparison.Ordinal)));

    private static IEnumerable<string> Missing(string name, PtxShape shape)
    {
        (string kernel, PtxMix least) = Array.Find(HotLoops, declared => name.StartsWith(declared.Kernel, StringComparison.Ordinal));
        if (kernel is null || name.EndsWith(".Float1", StringComparison.Ordinal))
        {
            yield break;
        }

        PtxMix mix = shape.HotMix;
        (string What, int Has, int Least)[] counts =
        [
            ("multiply-adds", mix.MultiplyAdds, least.MultiplyAdds),
            ("vector loads", mix.VectorLoads, least.VectorLoads),
            ("vector loads from shared memory", mix.SharedVectorLoads, least.SharedVectorLoads),
            ("vector stores", mix.VectorStores, least.VectorStores),
        ];
        foreach ((string what, int has, int wanted) in counts)
        {
            if (has < wanted)
            {
                yield return $"{name}: {has} {what} in the hot loop, where {wanted} are meant";
            }
        }
    }
}
