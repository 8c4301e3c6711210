using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>Thinking until certain gives what thinking to the end gives at the tick where certainty was reached.</summary>
[TestFixture]
internal sealed class ThinkerTests
{
    private const int Batch = 13, Size = 4, Classes = 4, Positions = 2;

    private static readonly CtmConfiguration Machine = new()
    {
        Ticks = 8,
        Neurons = 18,
        InputWidth = 8,
        Heads = 2,
        OutputNeurons = 7,
        ActionNeurons = 5,
        SynapseDepth = 2,
        MemoryLength = 5,
        HiddenWidth = 3,
        Backbone = "none",
        ImageChannels = 3,
        PositionalEmbedding = "none",
        OutputWidth = Positions * Classes,
        PredictionReshaper = [Positions, Classes],
    };

    private static readonly object[][] Configurations =
    [
        ["machine", Machine],
        ["machine with normalised history", Machine with { NormalizeHistory = true }],
        ["no neuron-level models", Machine with { HasNeuronLevelModels = false }],
        ["no synchronization", Machine with { HasSynchronization = false }],
        ["LSTM", Lstm],
        ["LSTM with synchronization", Lstm with { OutputNeurons = 4, ActionNeurons = 3 }],
        ["LSTM with its state as input", Lstm with { StateAsInput = true }],
        ["feed-forward", new FeedForwardConfiguration
        {
            Width = 9,
            Backbone = "none",
            ImageChannels = 3,
            OutputWidth = Positions * Classes,
            PredictionReshaper = [Positions, Classes],
        }],
    ];

    private static LstmConfiguration Lstm => new()
    {
        Ticks = 8,
        Width = 9,
        InputWidth = 8,
        Heads = 2,
        Layers = 2,
        Backbone = "none",
        ImageChannels = 3,
        PositionalEmbedding = "none",
        OutputWidth = Positions * Classes,
        PredictionReshaper = [Positions, Classes],
    };

    [TestCaseSource(nameof(Configurations))]
    public void Think_AnyThreshold_AnswersAsTheWholeThoughtDidAtThatTick(string _, TickModelConfiguration configuration)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using var buffers = new Buffers(device, 3);
        using TickModel model = configuration.Create(device, 5);
        float[] images = buffers.Values(Batch * Size * Size * 3);
        Thought whole = Thought.About(model, images, Size, Size);
        float[] certainties = [.. whole.Certainties.Order()];
        foreach (float threshold in new[] { certainties[0], Quantile(0.2), Quantile(0.6), Quantile(0.95), 2f })
        {
            using var thinker = new Thinker(model, threshold);
            Verify(thinker.Think(images, Size, Size), whole, threshold);
            Verify(thinker.Think(images, Size, Size), whole, threshold);
        }

        float Quantile(double share) => certainties[(int)(share * certainties.Length)];
    }

    [Test]
    public void Think_SomeStopEarly_FewerTicksAreComputed()
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using var buffers = new Buffers(device, 3);
        using TickModel model = Machine.Create(device, 5);
        float[] images = buffers.Values(Batch * Size * Size * 3);
        Thought whole = Thought.About(model, images, Size, Size);
        using var thinker = new Thinker(model, whole.Certainties.Order().ElementAt(whole.Certainties.Length / 2));
        Decisions decisions = thinker.Think(images, Size, Size);
        Assert.That(decisions.ComputedTicks, Is.LessThan(whole.Ticks * Batch));
        Assert.That(decisions.ComputedTicks, Is.GreaterThanOrEqualTo(decisions.Ticks.Sum()));
        long allocations = device.Memory.Allocations;
        thinker.Think(images, Size, Size);
        Assert.That(device.Memory.Allocations, Is.EqualTo(allocations), "allocations of the second call");
    }

    [Test]
    public void Think_PartOfAnInput_SaysSo()
    {
        using TickModel model = Machine.Create(TestDevices.Open("cpu"), 5);
        using var thinker = new Thinker(model, 0.9f);
        var e = Assert.Throws<ArgumentException>(() => thinker.Think(new float[7], Size, Size));
        Assert.That(e!.Message, Does.StartWith("7 values are no whole number of 4 x 4 images with 3 channels."));
    }

    private static void Verify(Decisions decisions, Thought whole, float threshold)
    {
        for (int b = 0; b < Batch; b++)
        {
            int tick = 0;
            while (tick < whole.Ticks && whole.CertaintiesAt(tick)[b] < threshold)
            {
                tick++;
            }

            // A certainty that equals the threshold up to rounding may fall on either side of it in a smaller batch.
            int answered = tick < whole.Ticks ? tick : whole.MostCertainTick(b);
            if (tick < whole.Ticks && Enumerable.Range(0, whole.Ticks).Any(t => Math.Abs(whole.CertaintiesAt(t)[b] - threshold) < 1e-5f))
            {
                continue;
            }

            Assert.That(decisions.Ticks[b], Is.EqualTo(Math.Min(tick + 1, whole.Ticks)), $"ticks of sample {b} at {threshold}");

            // Measured: 1e-6. Multiplications of fewer rows may round otherwise.
            Assert.That(decisions.Certainties[b], Is.EqualTo(whole.CertaintiesAt(answered)[b]).Within(1e-5));
            int width = Positions * Classes;
            Assert.That(
                decisions.Answer(b).ToArray(),
                Is.EqualTo(whole.PredictionsAt(answered).Slice(b * width, width).ToArray()).Within(1e-5),
                $"answer of sample {b} at {threshold}");
        }
    }
}
