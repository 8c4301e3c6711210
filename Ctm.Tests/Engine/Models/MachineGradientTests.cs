using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>Whole small models: predictions against double precision, every gradient against central differences of it.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class MachineGradientTests(string deviceName)
{
    private const int Batch = 3, Size = 5;

    private static readonly CtmConfiguration Base = new()
    {
        Ticks = 4,
        Neurons = 18,
        InputWidth = 8,
        Heads = 2,
        OutputNeurons = 7,
        ActionNeurons = 5,
        SynapseDepth = 1,
        MemoryLength = 3,
        HiddenWidth = 3,
        Backbone = "compact",
        PositionalEmbedding = "learned",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
        ImageSize = Size,
        BackboneChannels = 5,
        BackboneLayers = 3,
        BackboneStride = 2,
    };

    private static readonly object[][] Configurations =
    [
        ["pairing, gated synapse, deep", Base with { NeuronSelection = NeuronSelection.RandomPairing, SelfPairs = 2 }],
        ["first-last, U-Net, deep", Base with { NeuronSelection = NeuronSelection.FirstLast, SynapseDepth = 3 }],
        ["random, gated synapse, linear", Base with { NeuronSelection = NeuronSelection.Random, DeepNeuronLevelModels = false, PositionalEmbedding = "none" }],
        [
            "deep, normalised history",
            Base with { NormalizeHistory = true, Ticks = 3, Neurons = 8, OutputNeurons = 3, ActionNeurons = 3, MemoryLength = 6, HiddenWidth = 6 },
        ],
        ["no neuron-level models", Base with { HasNeuronLevelModels = false, SynapseDepth = 3 }],
        ["no synchronization", Base with { HasSynchronization = false }],
        ["neither", Base with { HasNeuronLevelModels = false, HasSynchronization = false }],
        ["LSTM with synchronization", Lstm with { Layers = 2, OutputNeurons = 7, ActionNeurons = 5, SelfPairs = 1 }],
        ["LSTM, 2 layers", Lstm with { Layers = 2 }],
        ["LSTM with its state as input", Lstm with { StateAsInput = true, PositionalEmbedding = "none" }],
        ["feed-forward, mean over the map", FeedForward],
        ["feed-forward, whole map", FeedForward with { Flatten = true }],
        ["transformer, 2 blocks", Transformer],
        ["transformer, 1 block, 1 tick", Transformer with { Layers = 1, Ticks = 1, PositionalEmbedding = "none" }],
    ];

    private static readonly object[][] Inputs =
    [
        ["parity_backbone", "none", 1, 7],
        ["parity_backbone", "custom-rotational-1d", 1, 9],
        ["none", "none", 2, 3],
        ["compact", "custom-rotational", 7, 7],
        ["compact", "learnable-fourier", 5, 5],
        ["compact", "multi-learnable-fourier", 5, 5],
    ];

    private static LstmConfiguration Lstm => new()
    {
        Ticks = 4,
        Width = 9,
        InputWidth = 8,
        Heads = 2,
        Backbone = "compact",
        PositionalEmbedding = "learned",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
        ImageSize = Size,
        BackboneChannels = 5,
    };

    private static FeedForwardConfiguration FeedForward => new()
    {
        Width = 9,
        Backbone = "compact",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
        ImageSize = Size,
        BackboneChannels = 5,
    };

    private static TransformerConfiguration Transformer => new()
    {
        Ticks = 2,
        Width = 12,
        Heads = 3,
        Layers = 2,
        Backbone = "compact",
        PositionalEmbedding = "learned",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
        ImageSize = Size,
        BackboneChannels = 5,
    };

    [TestCaseSource(nameof(Configurations))]
    public void Machine_WholeStep_EqualsDoublePrecisionAndItsDifferences(string _, TickModelConfiguration configuration)
    {
        ComputeDevice device = TestDevices.Open(deviceName);
        using var buffers = new Buffers(device, 3);
        float[] pixels = buffers.Values(Batch * Size * Size * 3);

        // Measured: gradients 1e-5 of the largest of each tensor.
        // With normalised histories the temperatures' gradients nearly cancel: 1e-4.
        double tolerance = configuration is CtmConfiguration { NormalizeHistory: true } ? 1e-3 : 1e-4;
        MachineDifferences.Verify(device, configuration, pixels, Batch, Size, Size, entries: 6, tolerance);
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Machine_CheckpointedTicks_EqualsDoublePrecisionAndItsDifferences(int checkpointTicks)
    {
        CtmConfiguration configuration = Base with { NeuronSelection = NeuronSelection.FirstLast, SynapseDepth = 2 };
        using var buffers = new Buffers(TestDevices.Open(deviceName), 3);
        float[] pixels = buffers.Values(Batch * Size * Size * 3);
        MachineDifferences.Verify(buffers.Device, configuration, pixels, Batch, Size, Size, entries: 6, 1e-4, checkpointTicks);
    }

    [TestCaseSource(nameof(Inputs))]
    public void Machine_InputPart_EqualsDoublePrecisionAndItsDifferences(string backbone, string embedding, int height, int width)
    {
        // Sequences of 1 and other numbers; images of any.
        CtmConfiguration configuration = Base with { Backbone = backbone, PositionalEmbedding = embedding, Ticks = 2 };
        using var buffers = new Buffers(TestDevices.Open(deviceName), 4);
        float[] values = buffers.Values(Batch * height * width * configuration.InputChannels);
        values = backbone == "parity_backbone" ? [.. values.Select(v => v > 0 ? 1f : -1f)] : values;

        // Estimated, not measured: gradients 2e-5 of the largest of each tensor.
        MachineDifferences.Verify(buffers.Device, configuration, values, Batch, height, width, entries: 3, 1e-4);
    }
}
