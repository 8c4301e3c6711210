using Ctm.Engine.Models;
using Ctm.Kernels.PairSampling;

namespace Ctm.Tasks.Cores;

/// <summary>
/// What remains of one of the paper's models without its backbone: features go in, predictions come out. What is costed and measured,
/// since backbones are the same convolutions everywhere.
/// </summary>
public sealed record ModelCore
{
    private const int MazeLookahead = 5;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The model, with the backbone <c>none</c>, whose channels are those of the real backbone.</summary>
    public required CtmConfiguration Model { get; init; }

    /// <summary>Rows of the feature map; a sequence has one.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the feature map.</summary>
    public required int Width { get; init; }

    /// <summary>Samples B.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Positions beyond the solved ones that count in the loss of mazes; null where all count.</summary>
    public int? Lookahead { get; init; }

    /// <summary>Tokens N that the model attends to.</summary>
    public int Tokens => Height * Width;

    /// <summary>The cores (paper, appendices D to F).</summary>
    public static IReadOnlyList<ModelCore> All { get; } =
    [
        new()
        {
            Name = "parity64",
            Height = 1,
            Width = 64,
            Model = Configure(75, (1024, 16), 512, 8, 512, 1, [64, 2]) with
            {
                NeuronSelection = NeuronSelection.Random, OutputNeurons = 32, ActionNeurons = 32,
            },
        },
        new()
        {
            Name = "maze-small",
            Height = 10,
            Width = 10,
            Lookahead = MazeLookahead,
            Model = Configure(50, (1024, 32), 256, 4, 64, 8, [50, 5]) with
            {
                NeuronSelection = NeuronSelection.RandomPairing, OutputNeurons = 128, ActionNeurons = 128,
            },
        },
        new()
        {
            Name = "maze-medium",
            Height = 10,
            Width = 10,
            Lookahead = MazeLookahead,
            Model = Configure(75, (2048, 32), 512, 8, 128, 4, [100, 5]) with
            {
                NeuronSelection = NeuronSelection.FirstLast, OutputNeurons = 64, ActionNeurons = 32,
            },
        },
        new()
        {
            Name = "maze-paper",
            Height = 10,
            Width = 10,
            Lookahead = MazeLookahead,
            Model = Configure(75, (2048, 32), 512, 16, 128, 8, [100, 5]) with
            {
                NeuronSelection = NeuronSelection.FirstLast, OutputNeurons = 64, ActionNeurons = 32,
            },
        },
        new()
        {
            Name = "imagenet-core",
            Height = 14,
            Width = 14,
            Model = Configure(50, (4096, 64), 1024, 16, 2048, 8, [1, 1000]) with
            {
                NeuronSelection = NeuronSelection.RandomPairing, OutputNeurons = 8196, ActionNeurons = 2048, SelfPairs = 32,
            },
        },
    ];

    /// <summary>The core of a name.</summary>
    /// <exception cref="TaskSettingException">When there is none; lists those that are.</exception>
    public static ModelCore Named(string name) => All.FirstOrDefault(c => c.Name == name)
        ?? throw new TaskSettingException($"There is no core '{name}': there are {string.Join(", ", All.Select(c => c.Name))}.");

    /// <summary>The core with another number of ticks or samples; null keeps its own.</summary>
    /// <exception cref="TaskSettingException">When a number is below 1.</exception>
    public ModelCore With(int? ticks, int? batch)
    {
        foreach ((string what, int? value) in new[] { ("ticks", ticks), ("batch", batch) })
        {
            if (value < 1)
            {
                throw new TaskSettingException($"{what} is {value}, it must be 1 or more.");
            }
        }

        return this with { Model = Model with { Ticks = ticks ?? Model.Ticks }, Batch = batch ?? Batch };
    }

    private static CtmConfiguration Configure(
        int ticks, (int Count, int Hidden) neurons, int width, int heads, int channels, int depth, int[] reshaper) => new()
        {
            Ticks = ticks,
            Neurons = neurons.Count,
            HiddenWidth = neurons.Hidden,
            MemoryLength = 25,
            InputWidth = width,
            Heads = heads,
            Backbone = "none",
            ImageChannels = channels,
            SynapseDepth = depth,
            OutputNeurons = 1,
            ActionNeurons = 1,
            OutputWidth = reshaper[0] * reshaper[1],
            PredictionReshaper = reshaper[0] == 1 ? [-1] : reshaper,
        };
}
