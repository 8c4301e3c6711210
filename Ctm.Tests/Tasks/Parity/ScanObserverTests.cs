using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Parity;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Parity;

[TestFixture]
internal sealed class ScanObserverTests
{
    private const int Length = 6;

    [TestCase(1, "forward")]
    [TestCase(-1, "backward")]
    public void Strategy_AttentionThatMovesOnePlaceATick_IsItsDirection(int direction, string expected)
    {
        ScanObserver observer = Observe(tick => direction > 0 ? tick : Length - 1 - tick, place => direction > 0 ? place : Length - 1);

        Assert.That(observer.Strategy(stepAccuracy: 1), Is.EqualTo(expected));
        Assert.That(observer.AttentionOrder, Is.EqualTo(direction).Within(1e-6));
        Assert.That(observer.SettlingOrder, Is.EqualTo(direction > 0 ? 1 : 0).Within(1e-6));
        Assert.That(observer.Strategy(stepAccuracy: 0.5), Is.EqualTo("unclear"));
    }

    [Test]
    public void Strategy_NeitherMoves_IsUnclear()
    {
        Assert.That(Observe(_ => 2, _ => 3).Strategy(stepAccuracy: 1), Is.EqualTo("unclear"));
    }

    // One sample whose place p is right from tick settles(p) on, and whose one head looks at place looks(t).
    private static ScanObserver Observe(Func<int, int> looks, Func<int, int> settles)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using var tape = new Tape(device);
        tape.Begin(recording: false);
        float[] logits = new float[Length * Length * 2], weights = new float[Length * Length];
        for (int t = 0; t < Length; t++)
        {
            weights[(t * Length) + looks(t)] = 1;
            for (int p = 0; p < Length; p++)
            {
                logits[(((t * Length) + p) * 2) + (t >= settles(p) ? 1 : 0)] = 1;
            }
        }

        Tensor attention = tape.New(Length, Length, needsGradient: false), predictions = tape.New(Length, 2 * Length, needsGradient: false);
        attention.Data.CopyFrom(weights);
        var output = new TickOutput
        {
            Batch = 1,
            Ticks = Length,
            Predictions = predictions,
            Attention = new AttentionTrack(attention, 1, 1, Length),
        };
        var observer = new ScanObserver(Length);
        observer.Add(output, logits, [.. Enumerable.Repeat(1, Length)]);
        return observer;
    }
}
