using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Tests.Kernels.Losses;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class LossKernelsTests(string deviceName)
{
    // Measured float32 against float64 over these shapes: losses 2.0e-7, entropy 6.5e-8.
    private const double Tolerance = 2e-6;

    private static readonly LossShape[] Shapes =
    [
        new(1, 0, 3, 2),
        new(1, 1, 1, 2),
        new(3, 2, 1, 10),
        new(2, 3, 1, 67),
        new(2, 2, 1, 128),
        new(2, 2, 3, 5),
        new(3, 2, 4, 2),
        new(2, 3, 15, 5),
        new(4, 2, 16, 5),
        new(2, 2, 17, 3),
        new(3, 2, 33, 4),
        new(2, 2, 65, 5),
        new(2, 2, 5, 31),
    ];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Evaluate_AwkwardShapes_EqualsOracle([ValueSource(nameof(Shapes))] LossShape shape)
    {
        using var buffers = new Buffers(Device, shape.Positions);
        int rows = shape.Ticks * shape.Batch;
        int[] targets = Targets(shape, 1);
        float[] values = MostlyRight(buffers.Values(shape.Logits, 6f), targets, shape);
        DeviceView<float> logits = buffers.Input(values), losses = buffers.Output(shape.Predictions), entropy = buffers.Output(rows);
        DeviceView<int> prefix = buffers.IntOutput(rows), best = buffers.IntOutput(shape.Predictions);
        Device.Losses.Evaluate(logits, buffers.Input(targets), losses, entropy, prefix, shape);
        Device.Losses.ArgMax(logits, best, shape);
        double[] x = Oracle.Doubles(logits);
        Oracle.AreClose(losses, LossOracle.CrossEntropy(x, targets, shape), Tolerance, "losses");
        Oracle.AreClose(entropy, LossOracle.Entropy(x, shape), Tolerance, "entropy");
        Assert.That(prefix.ToArray(), Is.EqualTo(LossOracle.Prefix(x, targets, shape)));
        Assert.That(best.ToArray(), Is.EqualTo(LossOracle.ArgMax(x, shape)));
    }

    [Test]
    public void Evaluate_PartByPart_GivesTheSame([Values(1, 20)] int positions)
    {
        var shape = new LossShape(3, 2, positions, 5);
        using var buffers = new Buffers(Device, positions);
        DeviceView<float> logits = buffers.Input(shape.Logits, 3f);
        DeviceView<int> targets = buffers.Input(Targets(shape, 2));
        DeviceView<float> losses = buffers.Output(shape.Predictions), entropy = buffers.Output(6);
        DeviceView<float> losses2 = buffers.Output(shape.Predictions), entropy2 = buffers.Output(6);
        DeviceView<int> prefix = buffers.IntOutput(6), prefix2 = buffers.IntOutput(6);
        Device.Losses.Evaluate(logits, targets, losses, entropy, prefix, shape);
        Device.Losses.CrossEntropyForward(logits, targets, losses2, shape);
        Device.Losses.NormalizedEntropy(logits, entropy2, shape);
        Device.Losses.CorrectPrefix(logits, targets, prefix2, shape);
        Assert.That(losses2.ToArray(), Is.EqualTo(losses.ToArray()));
        Assert.That(entropy2.ToArray(), Is.EqualTo(entropy.ToArray()));
        Assert.That(prefix2.ToArray(), Is.EqualTo(prefix.ToArray()));
    }

    [Test]
    public void Evaluate_EqualLogits_CountTheFirst([Values(1, 18)] int positions, [Values(3, 40)] int classes)
    {
        var shape = new LossShape(1, 2, positions, classes);
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> logits = buffers.Input([.. Enumerable.Repeat(-7f, shape.Logits)]), entropy = buffers.Output(2);
        DeviceView<int> targets = buffers.Input([.. Enumerable.Repeat(0, positions), .. Enumerable.Repeat(1, positions)]);
        DeviceView<int> prefix = buffers.IntOutput(2), best = buffers.IntOutput(shape.Predictions);
        Device.Losses.Evaluate(logits, targets, default, entropy, prefix, shape);
        Device.Losses.ArgMax(logits, best, shape);
        Assert.That(prefix.ToArray(), Is.EqualTo(new[] { positions, 0 }));
        Assert.That(best.ToArray(), Is.All.EqualTo(0));
        Oracle.AreClose(entropy, [1, 1], 1e-6, "entropy");
    }

    [TestCase(1, 40)]
    [TestCase(6, 5)]
    public void Evaluate_LargeLogits_StayFinite(int positions, int classes)
    {
        var shape = new LossShape(1, 1, positions, classes);
        using var buffers = new Buffers(Device, 4);
        DeviceView<float> logits = buffers.Input([.. buffers.Values(shape.Logits, 300f).Select(x => x - 5000f)]);
        DeviceView<float> losses = buffers.Output(positions), entropy = buffers.Output(1), gradient = buffers.Output(shape.Logits);
        int[] targets = Targets(shape, 3);
        DeviceView<int> classNumbers = buffers.Input(targets), tick = buffers.Input([0]);
        Device.Losses.Evaluate(logits, classNumbers, losses, entropy, default, shape);
        Device.Losses.TwoTickBackward(logits, classNumbers, tick, tick, default, gradient, 1f, 0f, shape);
        double[] x = Oracle.Doubles(logits);
        double[] exact = LossOracle.LossGradient(x, targets, [0], [0], null, shape);
        Oracle.AreClose(losses, LossOracle.CrossEntropy(x, targets, shape), 1e-6, "losses");
        Oracle.AreClose(entropy, LossOracle.Entropy(x, shape), 1e-6, "entropy");
        Oracle.AreClose(gradient, exact, 1e-6, "gradient");
    }

    [Test]
    public void NormalizedEntropy_OneClass_Throws()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> view = buffers.Input(4);
        Assert.That(() => Device.Losses.NormalizedEntropy(view, view, new(1, 4, 1, 1)), Throws.ArgumentException);
        Assert.That(() => Device.Losses.NormalizedEntropy(view, view, new(1, 4, 1, 2)), Throws.ArgumentException.With.Message.Contains("asks for 8"));
    }

    [Test]
    public void CountCorrect_ChosenTicks_EqualsOracle([ValueSource(nameof(Shapes))] LossShape shape)
    {
        using var buffers = new Buffers(Device, shape.Positions);
        int[] targets = Targets(shape, 1), ticks = [.. Enumerable.Range(0, shape.Batch).Select(b => (b + 1) % shape.Ticks)];
        DeviceView<float> logits = buffers.Input(MostlyRight(buffers.Values(shape.Logits, 6f), targets, shape));
        DeviceView<int> correct = buffers.IntOutput(shape.Batch), solved = buffers.IntOutput(shape.Batch);
        Device.Losses.CountCorrect(logits, buffers.Input(targets), buffers.Input(ticks), correct, solved, shape);
        int[] best = LossOracle.ArgMax(Oracle.Doubles(logits), shape);
        int[] expected = [.. ticks.Select((t, b) => Enumerable.Range(0, shape.Positions).Count(
            s => best[(((t * shape.Batch) + b) * shape.Positions) + s] == targets[(b * shape.Positions) + s]))];
        Assert.That(correct.ToArray(), Is.EqualTo(expected));
        Assert.That(solved.ToArray(), Is.EqualTo(expected.Select(n => n == shape.Positions ? 1 : 0)));
    }

    internal static int[] Targets(LossShape shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Batch * shape.Positions).Select(_ => random.Next(shape.Classes))];
    }

    /// <summary>Raises most targets' logits, so that some samples begin with many right answers and some are all right.</summary>
    internal static float[] MostlyRight(float[] logits, int[] targets, LossShape shape)
    {
        var random = new Random(8);
        for (int i = 0; i < shape.Predictions; i++)
        {
            bool right = i / shape.Positions % 2 == 0 || random.Next(10) > 0;
            logits[(i * shape.Classes) + targets[i % (shape.Batch * shape.Positions)]] += right ? 13f : 0f;
        }

        return logits;
    }
}
