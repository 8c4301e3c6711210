using Ctm.Engine.Losses;
using Ctm.Kernels.Ctc;

namespace Ctm.Tests.Engine.Losses;

internal sealed class CtcPermutationDecoderTests
{
    private const int Wide = 10_000;

    [TestCase(3, 3)]
    [TestCase(3, 6)]
    [TestCase(4, 6)]
    public void Decode_WideBeam_FindsTheMostLikelyOrder(int labels, int ticks)
    {
        const int Samples = 40;
        var shape = new CtcShape(ticks, Samples, labels + 1, labels);
        float[] logits = Draw(shape, seed: (labels * 10) + ticks);
        var decoder = new CtcPermutationDecoder(Wide);
        for (int sample = 0; sample < Samples; sample++)
        {
            int[] best = Orders([.. Enumerable.Range(0, labels)]).MaxBy(order => Probability(logits, shape, sample, order))!;

            Assert.That(decoder.Decode(logits, shape, sample), Is.EqualTo(best), $"sample {sample}");
        }
    }

    [Test]
    public void Decode_NarrowBeams_GiveEveryLabelOnce()
    {
        var shape = new CtcShape(Ticks: 70, Batch: 3, Classes: 67, TargetLength: 66);
        float[] logits = Draw(shape, seed: 5);
        foreach (int width in new[] { 1, 2, 32 })
        {
            for (int sample = 0; sample < shape.Batch; sample++)
            {
                Assert.That(new CtcPermutationDecoder(width).Decode(logits, shape, sample), Is.EquivalentTo(Enumerable.Range(0, 66)));
            }
        }
    }

    [Test]
    public void Decode_WiderBeams_AreNoLessLikely()
    {
        var shape = new CtcShape(Ticks: 9, Batch: 60, Classes: 7, TargetLength: 6);
        float[] logits = Draw(shape, seed: 9);
        double[] totals = [.. new[] { 1, 8, 64 }.Select(width => Enumerable.Range(0, shape.Batch)
            .Sum(b => Math.Log(Probability(logits, shape, b, new CtcPermutationDecoder(width).Decode(logits, shape, b)))))];

        Assert.That(totals, Is.Ordered);
        Assert.That(totals[2], Is.GreaterThan(totals[0] + 1));
    }

    [Test]
    public void Decode_OneLabelLikeliestTwice_StillHasTheOther()
    {
        // Labels 0 and 1 are about as likely at both ticks, 0 a little more: taken tick by tick it comes twice.
        float[] logits = [3, 2.9f, 0, 3, 2.95f, 0];
        var shape = new CtcShape(2, 1, 3, 2);

        Assert.That(CtcDecoder.Decode(logits, shape, 0, CtcDecoding.Reference).Labels, Is.EqualTo(new[] { 0 }));
        Assert.That(new CtcPermutationDecoder().Decode(logits, shape, 0), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void Decode_CertainModel_ReadsWhatTheGreedyDecoderDoes()
    {
        int[] path = [2, 2, 3, 0, 3, 1, 1];
        float[] logits = [.. path.SelectMany(label => Enumerable.Range(0, 4).Select(c => c == label ? 20f : 0f))];
        var shape = new CtcShape(7, 1, 4, 3);

        Assert.That(new CtcPermutationDecoder().Decode(logits, shape, 0), Is.EqualTo(new[] { 2, 0, 1 }));
        Assert.That(CtcDecoder.Decode(logits, shape, 0, CtcDecoding.Reference).Labels, Is.EqualTo(new[] { 2, 0, 1 }));
    }

    [Test]
    public void Decode_FewerTicksThanLabels_GivesOneATick()
    {
        var shape = new CtcShape(2, 1, 5, 4);
        float[] logits = [0, 9, 1, 0, 8, 0, 9, 4, 5, 8];

        Assert.That(new CtcPermutationDecoder().Decode(logits, shape, 0), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void Decode_ImpossibleLabels_StillGivesAnOrder()
    {
        float none = float.NegativeInfinity;
        float[] logits = [0, none, 0, 0, none, 0, 0, none, 0];

        Assert.That(new CtcPermutationDecoder().Decode(logits, new CtcShape(3, 1, 3, 2), 0), Is.EquivalentTo(new[] { 0, 1 }));
    }

    [Test]
    public void Decode_BlankAlone_GivesNothing() =>
        Assert.That(new CtcPermutationDecoder().Decode([0f, 0f], new CtcShape(2, 1, 1, 0), 0), Is.Empty);

    [Test]
    public void Decode_WrongArguments_AreRefused()
    {
        var decoder = new CtcPermutationDecoder();

        Assert.That(() => new CtcPermutationDecoder(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => decoder.Decode([0f, 0f], new CtcShape(1, 1, 2, 1), 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => decoder.Decode([0f, 0f], new CtcShape(1, 1, 2, 1), -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => decoder.Decode([0f], new CtcShape(1, 1, 2, 1), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static float[] Draw(CtcShape shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Logits).Select(_ => (float)((random.NextDouble() * 6) - 3))];
    }

    private static IEnumerable<int[]> Orders(int[] labels) => labels.Length == 0
        ? [[]]
        : labels.SelectMany(first => Orders([.. labels.Where(l => l != first)]).Select(rest => (int[])[first, .. rest]));

    // The probability of all paths that spell an order without repetition, tick by tick.
    private static double Probability(float[] logits, CtcShape shape, int sample, int[] order)
    {
        // Of the first s labels: paths that end in the last of them (0), or in a blank (1).
        var paths = new double[order.Length + 1, 2];
        paths[0, 1] = 1;
        for (int t = 0; t < shape.Ticks; t++)
        {
            float[] tick = logits[(((t * shape.Batch) + sample) * shape.Classes)..][..shape.Classes];
            double sum = tick.Sum(l => Math.Exp(l));
            for (int s = order.Length; s >= 0; s--)
            {
                double all = paths[s, 0] + paths[s, 1], before = s > 0 ? paths[s - 1, 0] + paths[s - 1, 1] : 0;
                paths[s, 1] = all * Math.Exp(tick[shape.Blank]) / sum;
                paths[s, 0] = s > 0 ? (paths[s, 0] + before) * Math.Exp(tick[order[s - 1]]) / sum : 0;
            }
        }

        return paths[order.Length, 0] + paths[order.Length, 1];
    }
}
