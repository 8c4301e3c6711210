using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Kernels.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
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
        ["LSTM, 2 layers", Lstm with { Layers = 2 }],
        ["LSTM with its state as input", Lstm with { StateAsInput = true, PositionalEmbedding = "none" }],
        ["feed-forward, mean over the map", FeedForward],
        ["feed-forward, whole map", FeedForward with { Flatten = true }],
        ["transformer, 2 blocks", Transformer],
        ["transformer, 1 block, 1 tick", Transformer with { Layers = 1, Ticks = 1, PositionalEmbedding = "none" }],
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
    public void Machine_WholeStep_EqualsDoublePrecisionAndItsDifferences(string name, TickModelConfiguration configuration)
    {
        ComputeDevice device = TestDevices.Open(deviceName);
        using TickModel machine = configuration.Create(device, 11);
        Scatter(machine.Parameters);
        var naive = NaiveLayers.Of(configuration, ModelState.Capture(machine.Parameters));
        using var buffers = new Buffers(device, 3);
        float[] pixels = buffers.Values(Batch * Size * Size * 3);
        int[] targets = [0, 1, 2, 3, 1, 2];
        using var tape = new Tape(device);
        using var loss = new TwoTickLoss(device, new LossShape(configuration.TickCount, Batch, 2, 4));
        tape.Begin(recording: true);
        machine.Parameters.ClearGradients();
        Tensor images = GoldenInput(tape, pixels);
        TickOutput output = machine.Forward(tape, new FeatureMap(images, Batch, Size, Size));
        loss.Forward(tape, output.Predictions, buffers.Input(targets));
        tape.Backward();

        // Measured: predictions 2e-6, gradients 1e-5 of the largest of each tensor.
        // With normalised histories the temperatures' gradients nearly cancel: 1e-4.
        double tolerance = configuration is CtmConfiguration { NormalizeHistory: true } ? 1e-3 : 1e-4;
        double[] input = [.. pixels.Select(p => (double)p)];
        double[] expected = [.. naive.Forward(input, Batch, Size).SelectMany(t => t).SelectMany(y => y)];
        Oracle.AreClose(output.Predictions.Data, expected, 2e-5, name + " predictions");
        int[] first = loss.LowestLossTicks.ToArray(), second = loss.MostCertainTicks.ToArray();
        double Loss() => Value(naive.Forward(input, Batch, Size), targets, first, second);
        Assert.That(loss.Loss.ToArray()[0], Is.EqualTo(Loss()).Within(2e-5), "loss");
        Assert.Multiple(() =>
        {
            foreach (Parameter parameter in machine.Parameters.Parameters)
            {
                Verify(parameter, naive[parameter.Name], Loss, tolerance);
            }
        });
    }

    private static Tensor GoldenInput(Tape tape, float[] pixels)
    {
        Tensor images = tape.New(Batch * Size * Size, 3);
        images.Data.CopyFrom(pixels);
        return images;
    }

    // Decays off their bound, and temperatures off 1, so that their gradients are seen.
    private static void Scatter(ParameterSet set)
    {
        var random = new Random(5);
        foreach (Parameter p in set.Parameters.Where(p => p.Name.StartsWith("decay", StringComparison.Ordinal) || p.Name.EndsWith(".T", StringComparison.Ordinal)))
        {
            p.Data.CopyFrom([.. Enumerable.Range(0, p.Length).Select(_ => 0.3f + random.NextSingle())]);
        }

        set.Touch();
    }

    private static void Verify(Parameter parameter, double[] values, Func<double> loss, double tolerance)
    {
        float[] gradient = parameter.Gradient.ToArray();
        double scale = Math.Max(1e-3, gradient.Max(Math.Abs));
        for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / 6))
        {
            const double step = 1e-6;
            double at = values[i];
            values[i] = at + step;
            double above = loss();
            values[i] = at - step;
            double below = loss();
            values[i] = at;
            Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * step)).Within(tolerance * scale), $"{parameter.Name}[{i}]");
        }
    }

    private static double Value(double[][][] predictions, int[] targets, int[] first, int[] second)
    {
        double sum = 0;
        for (int b = 0; b < Batch; b++)
        {
            foreach (int t in new[] { first[b], second[b] })
            {
                for (int s = 0; s < 2; s++)
                {
                    double[] y = predictions[t][b][(4 * s)..((4 * s) + 4)];
                    sum += (Math.Log(y.Sum(Math.Exp)) - y[targets[(2 * b) + s]]) / (2 * 2 * Batch);
                }
            }
        }

        return sum;
    }
}
