using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Tests.Kernels.Losses;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class TwoTickRuleTests(string deviceName)
{
    // Measured float32 against float64: losses 1.6e-7, gradient 8.4e-8.
    private const double Tolerance = 2e-6;

    private static readonly LossShape[] Shapes =
        [new(1, 1, 1, 2), new(5, 3, 1, 10), new(4, 3, 1, 33), new(7, 4, 9, 5), new(3, 2, 20, 2), new(4, 5, 30, 5), new(3, 3, 5, 17), new(3, 1, 67, 4)];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void SelectTicksAndBackward_AwkwardShapes_EqualOracle(
        [ValueSource(nameof(Shapes))] LossShape shape, [Values(-1, 0, 3)] int lookahead, [Values(0f, 0.75f)] float everyTick)
    {
        bool useMostCertain = (lookahead + shape.Classes) % 2 == 0;
        using var buffers = new Buffers(Device, shape.Positions + shape.Classes);
        int rows = shape.Ticks * shape.Batch;
        int[] targets = LossKernelsTests.Targets(shape, 4);
        float[] values = LossKernelsTests.MostlyRight(buffers.Values(shape.Logits, 6f), targets, shape);
        var results = new Results(buffers, shape, values, targets);
        results.Run(Device, useMostCertain, lookahead, 2f, everyTick);

        double[] x = [.. values.Select(v => (double)v)];
        int[]? reach = lookahead < 0 ? null : LossOracle.Reach(LossOracle.Prefix(x, targets, shape), shape.Batch, lookahead);
        double[] losses = LossOracle.CrossEntropy(x, targets, shape), entropy = LossOracle.Entropy(x, shape);
        int[] first = new int[shape.Batch], second = new int[shape.Batch];
        var tickLosses = new double[rows];
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int t = 0; t < shape.Ticks; t++)
            {
                tickLosses[(t * shape.Batch) + b] = LossOracle.TickLoss(losses, t, b, LossOracle.Counted(reach, b, shape), shape);
                first[b] = tickLosses[(t * shape.Batch) + b] < tickLosses[(first[b] * shape.Batch) + b] ? t : first[b];
                second[b] = entropy[(t * shape.Batch) + b] < entropy[(second[b] * shape.Batch) + b] ? t : second[b];
            }

            second[b] = useMostCertain ? second[b] : shape.Ticks - 1;
        }

        if (reach is not null)
        {
            Assert.That(results.Reach.ToArray(), Is.EqualTo(reach));
        }

        Oracle.AreClose(results.TickLosses, tickLosses, Tolerance, "tick losses");
        Assert.That(results.First.ToArray(), Is.EqualTo(first));
        Assert.That(results.Second.ToArray(), Is.EqualTo(second));
        double[] samples = [.. first.Select((t, b) =>
            ((tickLosses[(t * shape.Batch) + b] + tickLosses[(second[b] * shape.Batch) + b]) / 2)
            + (everyTick * Enumerable.Range(0, shape.Ticks).Average(tick => tickLosses[(tick * shape.Batch) + b])))];
        Oracle.AreClose(results.SampleLosses, samples, Tolerance, "sample losses");
        Oracle.AreClose(results.Loss, [samples.Average()], Tolerance, "loss");

        double[] gradient = LossOracle.LossGradient(x, targets, first, second, reach, shape, everyTick);
        Oracle.GradientHolds(
            () => LossOracle.Loss(x, targets, first, second, reach, shape, everyTick), x, gradient, "oracle's gradient");
        Oracle.AreClose(results.Gradient, [.. gradient.Select(g => 2 * g)], Tolerance, "gradient");
    }

    [Test]
    public void SelectTicks_EqualTicks_TakesTheFirst()
    {
        var shape = new LossShape(4, 1, 1, 2);
        using var buffers = new Buffers(Device, 1);
        var results = new Results(buffers, shape, [0, 1, 0, 3, 0, 3, 0, 3], [1]);
        results.Run(Device, true, -1, 1f);
        Assert.That(results.First.ToArray(), Is.EqualTo(new[] { 1 }));
        Assert.That(results.Second.ToArray(), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void SelectTicks_NoPositionCounts_LossAndGradientAreZero()
    {
        var shape = new LossShape(2, 1, 6, 3);
        using var buffers = new Buffers(Device, 1);
        float[] values = buffers.Values(shape.Logits);
        int[] wrong = [.. LossOracle.ArgMax([.. values.Select(v => (double)v)], shape).Take(6).Select(c => (c + 1) % 3)];
        wrong[0] = Enumerable.Range(0, 3).First(c => values[c] < values[..3].Max() && values[18 + c] < values[18..21].Max());
        var results = new Results(buffers, shape, values, wrong);
        results.Run(Device, true, 0, 1f);
        Assert.That(results.Reach.ToArray(), Is.EqualTo(new[] { 0 }));
        Assert.That(results.Loss.ToArray(), Is.EqualTo(new[] { 0f }));
        Assert.That(results.Gradient.ToArray(), Is.All.EqualTo(0f));
    }

    [TestCase(0f, 0.5f)]
    [TestCase(0.5f, float.PositiveInfinity)]
    public void SelectTicks_InfiniteTickThatIsNotChosen_CountsWithAWeightOnly(float everyTick, float expected)
    {
        var shape = new LossShape(3, 1, 1, 2);
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> ticks = buffers.Output(3), samples = buffers.Output(1), loss = buffers.Output(1);
        Device.Losses.SelectTicks(
            buffers.Input([0.25f, float.PositiveInfinity, 0.75f]),
            default,
            default,
            ticks,
            buffers.IntOutput(1),
            buffers.IntOutput(1),
            samples,
            loss,
            useMostCertain: false,
            everyTick,
            shape);
        Assert.That(loss.ToArray(), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void MazeReach_LongPrefix_IsNotCapped()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<int> reach = buffers.IntOutput(3);
        Device.Losses.MazeReach(buffers.Input([0, 1, 30, 0, 0, 2]), reach, 2, 3, 5);
        Assert.That(reach.ToArray(), Is.EqualTo(new[] { 5, 5, 34 }));
    }

    [Test]
    public void WholeLoss_OneAndTwoThreads_AreBitEqual()
    {
        var shape = new LossShape(16, 24, 30, 5);
        float[][] results = [.. new[] { 1, 2 }.Select(threads =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var buffers = new Buffers(device, 5);
            var all = new Results(buffers, shape, buffers.Values(shape.Logits, 3f), LossKernelsTests.Targets(shape, 5));
            all.Run(device, true, 5, 1f, 0.5f);
            return (float[])[.. all.Gradient.ToArray(), .. all.Loss.ToArray(), .. all.TickLosses.ToArray()];
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[0], Has.None.NaN);
    }

    /// <summary>All buffers of one loss.</summary>
    private sealed class Results(Buffers buffers, LossShape shape, float[] logits, int[] targets)
    {
        private readonly int rows = shape.Ticks * shape.Batch;

        public DeviceView<float> Gradient { get; } = buffers.Output(shape.Logits);

        public DeviceView<float> SampleLosses { get; } = buffers.Output(shape.Batch);

        public DeviceView<float> TickLosses { get; } = buffers.Output(shape.Ticks * shape.Batch);

        public DeviceView<float> Loss { get; } = buffers.Output(1);

        public DeviceView<int> First { get; } = buffers.IntOutput(shape.Batch);

        public DeviceView<int> Second { get; } = buffers.IntOutput(shape.Batch);

        public DeviceView<int> Reach { get; } = buffers.IntOutput(shape.Batch);

        /// <summary>A negative lookahead stands for a loss over all positions.</summary>
        public void Run(ComputeDevice device, bool useMostCertain, int lookahead, float scale, float everyTick = 0f)
        {
            DeviceView<float> x = buffers.Input(logits), losses = buffers.Output(shape.Predictions);
            DeviceView<float> entropy = useMostCertain ? buffers.Output(rows) : default;
            DeviceView<int> y = buffers.Input(targets), prefix = lookahead < 0 ? default : buffers.IntOutput(rows);
            DeviceView<int> reach = lookahead < 0 ? default : Reach;
            device.Losses.Evaluate(x, y, losses, entropy, prefix, shape);
            if (lookahead >= 0)
            {
                device.Losses.MazeReach(prefix, Reach, shape.Ticks, shape.Batch, lookahead);
            }

            device.Losses.SelectTicks(
                losses, entropy, reach, TickLosses, First, Second, SampleLosses, Loss, useMostCertain, everyTick, shape);
            device.Losses.TwoTickBackward(x, y, First, Second, reach, Gradient, scale, everyTick, shape);
        }
    }
}
