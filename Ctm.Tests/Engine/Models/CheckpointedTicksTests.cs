using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>Ticks that are given up and computed again leave every gradient as it is, with less memory.</summary>
internal sealed class CheckpointedTicksTests
{
    // Segments are of two ticks for this batch, with checkpoints or without.
    private const int Batch = 200, Segment = 2, Ticks = 7, Size = 4;

    internal static readonly CtmConfiguration Base = new()
    {
        Ticks = Ticks,
        Neurons = 12,
        InputWidth = 8,
        Heads = 2,
        OutputNeurons = 4,
        ActionNeurons = 3,
        SynapseDepth = 1,
        MemoryLength = 3,
        HiddenWidth = 3,
        Backbone = "none",
        ImageChannels = 3,
        PositionalEmbedding = "none",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
    };

    private static readonly object[][] Configurations =
    [
        ["pairing, gated synapse", Base with { NeuronSelection = NeuronSelection.RandomPairing, SelfPairs = 2 }],
        ["first-last, U-Net, dropout", Base with { SynapseDepth = 3, Dropout = 0.2f, DropoutNlm = 0f }],
        ["dropout on the history", Base with { DropoutNlm = 0.1f }],
        ["normalised, linear", Base with { NormalizeHistory = true, DeepNeuronLevelModels = false }],
        ["no neuron-level models", Base with { HasNeuronLevelModels = false, SynapseDepth = 2 }],
        ["no synchronization", Base with { HasSynchronization = false }],
        ["no synchronization, dropout on the history", Base with { HasSynchronization = false, DropoutNlm = 0.1f }],
        ["LSTM with synchronization", Lstm with { OutputNeurons = 4, ActionNeurons = 3 }],
        ["LSTM, 2 layers, dropout", Lstm with { Layers = 2, Dropout = 0.2f }],
        ["LSTM with its state as input", Lstm with { StateAsInput = true }],
        ["transformer", Transformer],
    ];

    private static LstmConfiguration Lstm => new()
    {
        Ticks = Ticks,
        Width = 9,
        InputWidth = 8,
        Heads = 2,
        Backbone = "none",
        ImageChannels = 3,
        PositionalEmbedding = "none",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
    };

    private static TransformerConfiguration Transformer => new()
    {
        Ticks = Ticks,
        Width = 12,
        Heads = 3,
        Layers = 1,
        Dropout = 0.1f,
        Backbone = "none",
        ImageChannels = 3,
        PositionalEmbedding = "none",
        OutputWidth = 8,
        PredictionReshaper = [2, 4],
    };

    [TestCaseSource(nameof(Configurations))]
    public void Train_SegmentsOfOneLength_GradientsAreBitEqual(string _, TickModelConfiguration configuration)
    {
        // The transformer's rows are all tokens: its segments are of one tick.
        int segment = configuration is TransformerConfiguration ? 1 : Segment;
        Assert.That(Tape.SegmentTicks(segment == 1 ? Batch * ((Size * Size) + 1) : Batch), Is.EqualTo(segment));
        float[][] kept = Train(configuration, 0, Batch), checkpointed = Train(configuration, segment, Batch);
        Assert.That(kept[1..].Count(g => g.Any(v => v != 0f)), Is.GreaterThan(kept.Length / 2), "gradients");
        Assert.That(checkpointed, Is.EqualTo(kept));
    }

    [TestCaseSource(nameof(Configurations))]
    public void Train_OtherSegments_GradientsAreEqualUpToTheOrderOfSums(string _, TickModelConfiguration configuration)
    {
        float[][] kept = Train(configuration, 0, 3), checkpointed = Train(configuration, 3, 3);
        Assert.That(checkpointed[0], Is.EqualTo(kept[0]), "predictions");
        for (int i = 1; i < kept.Length; i++)
        {
            // Measured: 6e-7 of the largest of a parameter.
            float scale = Math.Max(1e-6f, kept[i].Max(Math.Abs));
            Assert.That(checkpointed[i], Is.EqualTo(kept[i]).Within(1e-5 * scale), $"gradient {i - 1}");
        }
    }

    [Test]
    public void Train_SortAndLaterSteps_AreBitEqualToo()
    {
        var sort = new SortConfiguration
        {
            Ticks = Ticks,
            Neurons = 12,
            InputWidth = 5,
            Heads = 1,
            ActionNeurons = 0,
            OutputNeurons = 4,
            SynapseDepth = 1,
            MemoryLength = 3,
            HiddenWidth = 3,
            OutputWidth = 6,
        };
        var lstm = new SortLstmConfiguration { Ticks = Ticks, Width = 12, Numbers = 5, OutputWidth = 6 };
        foreach (TickModelConfiguration configuration in new TickModelConfiguration[] { sort, lstm })
        {
            float[][] kept = Train(configuration, 0, Batch, steps: 3);
            Assert.That(kept[1..].SelectMany(g => g), Has.Some.Not.Zero);
            Assert.That(Train(configuration, Segment, Batch, steps: 3), Is.EqualTo(kept), configuration.Kind);
        }
    }

    [Test]
    public void Train_Checkpoints_KeepFewerTicksAndNoMoreAfterTheSecondStep()
    {
        CtmConfiguration configuration = Base with { Ticks = 40, Neurons = 48 };
        long kept = Peak(configuration, 0), checkpointed = Peak(configuration, 4);
        Assert.That(checkpointed, Is.LessThan(kept / 2), $"{checkpointed} bytes against {kept}");
    }

    private static long Peak(CtmConfiguration configuration, int checkpointTicks)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", threads: 1);
        using TickModel model = configuration.Create(device, 11);
        using var tape = new Tape(device) { CheckpointTicks = checkpointTicks };
        long before = device.Memory.RentedBytes;
        long afterTwo = 0;
        for (int step = 0; step < 4; step++)
        {
            InputPasses.Train(tape, model, Batch, Size, Size, 3);
            afterTwo = step == 1 ? device.Memory.Allocations : afterTwo;
        }

        Assert.That(device.Memory.Allocations, Is.EqualTo(afterTwo), "allocations after the second step");
        return device.Memory.PeakBytes - before;
    }

    // Predictions of the last step, then the gradients, added up over the steps.
    private static float[][] Train(TickModelConfiguration configuration, int checkpointTicks, int batch, int steps = 1)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", threads: 2);
        using TickModel model = configuration.Create(device, 11);
        using var tape = new Tape(device) { CheckpointTicks = checkpointTicks, Seed = 3 };
        model.Parameters.ClearGradients();
        float[] predictions = [];
        for (int step = 0; step < steps; step++)
        {
            (int height, int width, int channels) = configuration is ISortConfiguration s ? (1, s.Numbers, 1) : (Size, Size, 3);
            predictions = InputPasses.Train(tape, model, batch, height, width, channels);
        }

        return [predictions, .. model.Parameters.Parameters.Select(p => p.Gradient.ToArray())];
    }
}
