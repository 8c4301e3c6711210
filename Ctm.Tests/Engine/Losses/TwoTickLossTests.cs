using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;
using Ctm.Tests.Kernels.Losses;

namespace Ctm.Tests.Engine.Losses;

internal sealed class TwoTickLossTests
{
    private static ComputeDevice Device => TestDevices.Open("cpu");

    [Test]
    public void Forward_MoreTicksThanCount_TakesTheLastAndLeavesTheOthersWithoutGradient([Values] bool useMostCertain)
    {
        var answer = new LossShape(3, 2, 1, 10);
        float[] values = Values(8 * 20), last = values[(5 * 20)..];
        int[] targets = [4, 7];
        (float[] loss, int[] ticks, float[] gradient, int[] correct) = Run(answer, useMostCertain, last, targets);
        (float[] lossOfAll, int[] ticksOfAll, float[] gradientOfAll, int[] correctOfAll) = Run(answer, useMostCertain, values, targets);
        Assert.That(lossOfAll, Is.EqualTo(loss));
        Assert.That(ticksOfAll, Is.EqualTo(ticks));
        Assert.That(correctOfAll, Is.EqualTo(correct));
        Assert.That(gradientOfAll[..(5 * 20)], Is.All.EqualTo(0f));
        Assert.That(gradientOfAll[(5 * 20)..], Is.EqualTo(gradient).And.Some.Not.EqualTo(0f));
    }

    [Test]
    public void Forward_OneTick_IsPlainCrossEntropy()
    {
        var shape = new LossShape(1, 3, 1, 6);
        float[] values = Values(18);
        int[] targets = [5, 0, 2];
        (float[] loss, _, float[] gradient, _) = Run(shape, useMostCertain: false, values, targets);
        double[] x = [.. values.Select(v => (double)v)];
        Oracle.AreClose(loss, [LossOracle.CrossEntropy(x, targets, shape).Average()], 1e-6, "loss");
        Oracle.AreClose(gradient, LossOracle.LossGradient(x, targets, [0, 0, 0], [0, 0, 0], null, shape), 1e-6, "gradient");
    }

    [Test]
    public void Forward_EveryTickCounts_AllTicksThatCountHaveAGradient()
    {
        var answer = new LossShape(4, 2, 1, 10);
        float[] values = Values(6 * 20);
        int[] targets = [4, 7];
        (float[] rule, int[] ticks, float[] gradient, _) = Run(answer, useMostCertain: true, values, targets);
        (float[] all, int[] sameTicks, float[] gradientOfAll, _) = Run(answer, useMostCertain: true, values, targets, everyTick: 2f);
        double[] x = [.. values[40..].Select(v => (double)v)];
        double mean = LossOracle.CrossEntropy(x, targets, answer).Average();
        Oracle.AreClose(all, [rule[0] + (2 * mean)], 1e-6, "loss");
        Assert.That(sameTicks, Is.EqualTo(ticks));
        Assert.That(gradientOfAll[..40], Is.All.EqualTo(0f));
        Assert.That(gradientOfAll[40..], Has.None.EqualTo(0f));
        Assert.That(gradient[40..], Has.Some.EqualTo(0f));
    }

    [Test]
    public void Constructor_NegativeWeight_Throws() => Assert.That(
        () => new TwoTickLoss(Device, new LossShape(1, 1, 1, 2), everyTick: -1f), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Forward_FewerTicksOrOtherSizes_SaysWhatIsNeeded()
    {
        var shape = new LossShape(3, 2, 1, 10);
        Assert.That(
            () => Run(shape, true, Values(2 * 20), [1, 2]), Throws.ArgumentException.With.Message.Contains("not 3 ticks or more of 2 samples"));
        Assert.That(() => Run(shape, true, Values((4 * 20) + 10), [1, 2]), Throws.ArgumentException);
    }

    private static float[] Values(int length)
    {
        using var buffers = new Buffers(Device, length);
        return buffers.Values(length, 3f);
    }

    private static (float[] Loss, int[] Ticks, float[] Gradient, int[] Correct) Run(
        LossShape shape, bool useMostCertain, float[] logits, int[] targets, float everyTick = 0f)
    {
        using var loss = new TwoTickLoss(Device, shape, useMostCertain, everyTick: everyTick);
        using var tape = new Tape(Device);
        using DeviceBuffer<int> labels = Device.Allocate<int>(targets.AsSpan());
        tape.Begin(recording: true);
        Tensor predictions = tape.New(logits.Length / shape.Classes, shape.Classes);
        predictions.Data.CopyFrom(logits);
        predictions.Gradient.CopyFrom([.. Enumerable.Repeat(float.NaN, logits.Length)]);
        loss.Forward(tape, predictions, labels.View);
        return (
            loss.Loss.ToArray(),
            loss.MostCertainTicks.ToArray(),
            predictions.Gradient.ToArray(),
            loss.ReadScores(predictions, labels.View).Correct);
    }
}
