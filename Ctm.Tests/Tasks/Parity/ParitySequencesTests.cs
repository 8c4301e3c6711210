using Ctm.Engine.Models;
using Ctm.Tasks.Parity;

namespace Ctm.Tests.Tasks.Parity;

[TestFixture]
internal sealed class ParitySequencesTests
{
    [Test]
    public void Read_Sequence_HasTheParityOfItsPrefixes([Values(4, 16, 63, 64)] int length)
    {
        var values = new float[length];
        var targets = new int[length];
        int minus = 0, places = 0;
        for (int position = 0; position < 200; position++)
        {
            ParitySequences.Read(3, isTraining: true, position, values, targets);
            Assert.That(values, Is.All.EqualTo(1f).Or.EqualTo(-1f));
            int[] expected = [.. Enumerable.Range(1, length).Select(n => values[..n].Count(v => v < 0) % 2)];
            Assert.That(targets, Is.EqualTo(expected));
            minus += values.Count(v => v < 0);
            places += length;
        }

        Assert.That((double)minus / places, Is.EqualTo(0.5).Within(length == 4 ? 0.1 : 0.04));
    }

    [Test]
    public void Read_Share_IsThatOfMinusOne([Values(0.05, 0.3, 0.9)] double share)
    {
        var values = new float[64];
        var targets = new int[64];
        int minus = 0;
        for (int position = 0; position < 200; position++)
        {
            ParitySequences.Read(3, isTraining: true, position, values, targets, share);
            minus += values.Count(v => v < 0);
            Assert.That(targets[^1], Is.EqualTo(values.Count(v => v < 0) % 2));
        }

        Assert.That(minus / (200 * 64.0), Is.EqualTo(share).Within(0.015));
    }

    [TestCase(0, 0, 0.3, 0.5)]
    [TestCase(1600, 0, 0.3, 1.0 / 32)]
    [TestCase(1600, 800, 0.25, 1.0 / 16)]
    [TestCase(1600, 800, 0.999999999, 1.0 / 8)]
    [TestCase(1600, 1599, 0, 1.0 / 32)]
    [TestCase(1600, 1600, 0.3, 0.5)]
    public void Share_Ramp_GrowsToOneInTwo(int rampSteps, long step, double draw, double expected)
    {
        ParityRecipe recipe = ParityRecipe.Preset("long", ModelKinds.Default) with { RampSteps = rampSteps };
        Assert.That(recipe.Share(step, draw), Is.EqualTo(expected).Within(1e-9));
    }

    [Test]
    public void Read_SamePosition_IsTheSameSequenceAndOthersDiffer()
    {
        float[] first = Draw(5, true, 9), again = Draw(5, true, 9);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(Draw(5, true, 10), Is.Not.EqualTo(first));
        Assert.That(Draw(6, true, 9), Is.Not.EqualTo(first));
        Assert.That(Draw(5, false, 9), Is.Not.EqualTo(first));

        static float[] Draw(ulong seed, bool isTraining, long position)
        {
            var values = new float[32];
            ParitySequences.Read(seed, isTraining, position, values, new int[32]);
            return values;
        }
    }

    [Test]
    public void Read_EveryLength_KeepsUnseenSequencesFromTraining([Range(ParitySequences.Shortest, ParitySequences.Longest)] int length)
    {
        var values = new float[length];
        var targets = new int[length];
        foreach (bool isTraining in new[] { true, false })
        {
            for (int position = 0; position < 50; position++)
            {
                ParitySequences.Read(1, isTraining, position, values, targets);
                ulong bits = 0;
                for (int i = 0; i < length; i++)
                {
                    bits |= values[i] < 0 ? 1UL << i : 0;
                }

                Assert.That(ParitySequences.IsUnseen(bits, length), Is.Not.EqualTo(isTraining));
            }
        }
    }
}
