using Ctm.Kernels.Ctc;
using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Ctc;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class CtcKernelsTests(string deviceName)
{
    private const double Tolerance = 2e-6;

    private static readonly CtcShape[] Shapes =
    [
        new(1, 1, 2, 1),
        new(1, 3, 1, 0),
        new(3, 2, 4, 0),
        new(5, 3, 3, 2),
        new(9, 2, 16, 7),
        new(12, 4, 6, 5),
        new(11, 2, 17, 8),
        new(20, 3, 33, 15),
        new(40, 2, 31, 33),
    ];

    private static readonly CtcShape[] SmallShapes = [new(1, 2, 3, 1), new(4, 3, 2, 2), new(5, 4, 3, 3), new(6, 3, 4, 2), new(3, 2, 5, 3)];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Forward_SmallShapes_EqualsTheSumOverAllPaths([ValueSource(nameof(SmallShapes))] CtcShape shape)
    {
        using var buffers = new Buffers(Device, shape.Classes);
        var run = new Run(buffers, shape, buffers.Values(shape.Logits, 2f), Targets(shape, 1), Lengths(shape, 2));
        double[] x = [.. run.Values.Select(v => (double)v)];
        double[] expected = [.. Enumerable.Range(0, shape.Batch).Select(b => CtcOracle.EnumeratedLoss(x, run.Targets, run.Lengths, b, shape))];
        AreClose(run.Forward(Device), expected, "losses");
        AreClose([.. expected.Select(l => (float)l)], CtcOracle.SampleLosses(x, run.Targets, run.Lengths, shape), "oracle's losses");
    }

    [Test]
    public void ForwardAndBackward_AwkwardShapes_EqualOracle([ValueSource(nameof(Shapes))] CtcShape shape, [Values] bool hasLengths)
    {
        using var buffers = new Buffers(Device, shape.Ticks + shape.Classes);
        int[] lengths = hasLengths ? Lengths(shape, 3) : [.. Enumerable.Repeat(shape.TargetLength, shape.Batch)];
        var run = new Run(buffers, shape, buffers.Values(shape.Logits, 3f), Targets(shape, 4), lengths) { HasLengths = hasLengths };
        double[] x = [.. run.Values.Select(v => (double)v)], losses = CtcOracle.SampleLosses(x, run.Targets, lengths, shape);
        AreClose(run.Forward(Device), losses, "losses");
        AreClose(run.Loss.ToArray(), [losses.Average()], "loss");
        double[] gradient = CtcOracle.Gradient(x, run.Targets, lengths, shape);
        Oracle.AreClose(run.Backward(Device, 2f), [.. gradient.Select(g => 2 * g)], Tolerance, "gradient");
        if (losses.All(double.IsFinite))
        {
            Oracle.GradientHolds(() => CtcOracle.SampleLosses(x, run.Targets, lengths, shape).Average(), x, gradient, "oracle's gradient");
        }
    }

    [Test]
    public void Forward_EmptyBatch_LossIsZero()
    {
        var shape = new CtcShape(3, 0, 4, 2);
        using var buffers = new Buffers(Device, 1);
        var run = new Run(buffers, shape, [], [], []);
        run.Forward(Device);
        run.Backward(Device, 1f);
        Assert.That(run.Loss.ToArray(), Is.EqualTo(new[] { 0f }));
    }

    [Test]
    public void ForwardAndBackward_ImpossibleTarget_LossIsInfiniteAndItsGradientZero()
    {
        // Two equal labels need a blank between them, which two ticks have no room for; the other samples are as ever.
        var shape = new CtcShape(2, 3, 4, 3);
        using var buffers = new Buffers(Device, 2);
        var run = new Run(buffers, shape, buffers.Values(shape.Logits), [1, 1, 0, 2, 1, 0, 0, 1, 2], [2, 2, 3]) { HasLengths = true };
        float[] losses = run.Forward(Device), gradient = run.Backward(Device, 1f);
        Assert.That(losses[0], Is.EqualTo(float.PositiveInfinity));
        Assert.That(losses[2], Is.EqualTo(float.PositiveInfinity));
        Assert.That(run.Loss.ToArray()[0], Is.EqualTo(float.PositiveInfinity));
        double[] x = [.. run.Values.Select(v => (double)v)];
        Assert.That(losses[1], Is.EqualTo(CtcOracle.EnumeratedLoss(x, run.Targets, run.Lengths, 1, shape)).Within(Tolerance));
        Oracle.AreClose(gradient, CtcOracle.Gradient(x, run.Targets, run.Lengths, shape), Tolerance, "gradient");
        Assert.That(gradient[..4], Is.All.EqualTo(0f));
        Assert.That(gradient[4..8], Has.None.EqualTo(0f));
    }

    [Test]
    public void ForwardAndBackward_LargeLogits_StayExact()
    {
        var shape = new CtcShape(7, 2, 5, 3);
        using var buffers = new Buffers(Device, 3);
        float[] values = [.. buffers.Values(shape.Logits, 60f).Select(v => v - 4000f)];
        var run = new Run(buffers, shape, values, Targets(shape, 5), Lengths(shape, 6));
        double[] x = [.. values.Select(v => (double)v)];
        AreClose(run.Forward(Device), CtcOracle.SampleLosses(x, run.Targets, run.Lengths, shape), "losses");
        Oracle.AreClose(run.Backward(Device, 1f), CtcOracle.Gradient(x, run.Targets, run.Lengths, shape), Tolerance, "gradient");
    }

    [Test]
    public void Backward_EveryTick_SumsToZero()
    {
        var shape = new CtcShape(6, 2, 9, 4);
        using var buffers = new Buffers(Device, 4);
        var run = new Run(buffers, shape, buffers.Values(shape.Logits, 3f), Targets(shape, 7), Lengths(shape, 8));
        run.Forward(Device);
        float[] gradient = run.Backward(Device, 1f);
        for (int row = 0; row < shape.Ticks * shape.Batch; row++)
        {
            Assert.That(gradient[(row * 9)..((row + 1) * 9)].Sum(), Is.EqualTo(0).Within(1e-6), $"row {row}");
        }
    }

    [Test]
    public void Forward_ImpossibleSizesOrShortViews_Throw()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> view = buffers.Input(100);
        DeviceView<int> numbers = buffers.Input(new int[4]);
        Assert.That(
            () => Device.Ctc.Forward(view, numbers, default, view, view, view, new(20, 2, 3, 2)), Throws.ArgumentException.With.Message.Contains("asks for 120"));
        Assert.That(
            () => Device.Ctc.Forward(view, numbers, default, view, view, view, new(5, 2, 3, 3)), Throws.ArgumentException.With.Message.Contains("targets"));
        Assert.That(
            () => Device.Ctc.Forward(view, numbers, default, view, view, view, new(5, 2, 3, 2)), Throws.ArgumentException.With.Message.Contains("workspace"));
        Assert.That(
            () => Device.Ctc.Forward(view, numbers, default, view, view, view, new(1000, 10_000, 100, 100)), Throws.ArgumentException.With.Message.Contains("2^31"));
    }

    [Test]
    public void WholeLoss_OneAndTwoThreads_AreBitEqual()
    {
        var shape = new CtcShape(40, 16, 31, 30);
        float[][] results = [.. new[] { 1, 2 }.Select(threads =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var buffers = new Buffers(device, 5);
            var run = new Run(buffers, shape, buffers.Values(shape.Logits, 3f), Targets(shape, 9), Lengths(shape, 10));
            return (float[])[.. run.Forward(device), .. run.Loss.ToArray(), .. run.Backward(device, 1f)];
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[0], Has.None.NaN);
    }

    private static int[] Targets(CtcShape shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Labels).Select(_ => random.Next(Math.Max(1, shape.Blank)))];
    }

    private static int[] Lengths(CtcShape shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Batch).Select(_ => random.Next(shape.TargetLength + 1))];
    }

    private static void AreClose(float[] actual, double[] expected, string what)
    {
        Assert.That(actual.Select(float.IsPositiveInfinity), Is.EqualTo(expected.Select(double.IsPositiveInfinity)), what);
        Oracle.AreClose([.. actual.Where(float.IsFinite)], [.. expected.Where(double.IsFinite)], Tolerance, what);
    }

    /// <summary>All buffers of one loss.</summary>
    private sealed class Run(Buffers buffers, CtcShape shape, float[] logits, int[] targets, int[] lengths)
    {
        private readonly DeviceView<float> x = buffers.Input(logits), workspace = buffers.Output(shape.WorkspaceLength);
        private readonly DeviceView<float> losses = buffers.Output(shape.Batch), gradient = buffers.Output(shape.Logits);
        private readonly DeviceView<int> labels = buffers.Input(targets), counts = buffers.Input(lengths);

        public bool HasLengths { get; init; } = true;

        public float[] Values { get; } = logits;

        public int[] Targets { get; } = targets;

        public int[] Lengths { get; } = lengths;

        public DeviceView<float> Loss { get; } = buffers.Output(1);

        public float[] Forward(ComputeDevice device)
        {
            device.Ctc.Forward(x, labels, HasLengths ? counts : default, workspace, losses, Loss, shape);
            return losses.ToArray();
        }

        public float[] Backward(ComputeDevice device, float scale)
        {
            device.Ctc.Backward(x, labels, HasLengths ? counts : default, workspace, losses, gradient, scale, shape);
            return gradient.ToArray();
        }
    }
}
