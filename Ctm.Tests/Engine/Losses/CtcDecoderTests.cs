using Ctm.Engine.Losses;
using Ctm.Kernels.Ctc;

namespace Ctm.Tests.Engine.Losses;

internal sealed class CtcDecoderTests
{
    private const int Blank = 9;

    [TestCase(new[] { 1, 1, 9, 1, 2 }, new[] { 1, 2 }, new[] { 0, 3 }, CtcDecoding.Reference)]
    [TestCase(new[] { 1, 1, 9, 1, 2 }, new[] { 1, 1, 2 }, new[] { 0, 2, 0 }, CtcDecoding.Textbook)]
    [TestCase(new[] { 9, 9, 3, 4, 3 }, new[] { 3, 4, 3 }, new[] { 2, 0, 0 }, CtcDecoding.Reference)]
    [TestCase(new[] { 9, 9, 3, 4, 3 }, new[] { 3, 4, 3 }, new[] { 2, 0, 0 }, CtcDecoding.Textbook)]
    [TestCase(new[] { 9, 9 }, new int[0], new int[0], CtcDecoding.Textbook)]
    [TestCase(new int[0], new int[0], new int[0], CtcDecoding.Reference)]
    public void Decode_Path_SpellsItsLabels(int[] path, int[] labels, int[] waitTimes, CtcDecoding decoding)
    {
        CtcReading reading = CtcDecoder.Decode(path, Blank, decoding);

        Assert.That(reading.Labels, Is.EqualTo(labels));
        Assert.That(reading.WaitTimes, Is.EqualTo(waitTimes));
        Assert.That(reading.Spells(labels));
        Assert.That(reading.Spells([.. labels, 0]), Is.False);
    }

    [Test]
    public void Decode_Logits_TakesTheFirstOfTheMostLikelyClasses()
    {
        // Two ticks of two samples with three classes: the first sample says 1, blank; the second 0 (a tie with 1), 0.
        float[] logits = [0, 2, 1, 5, 5, 4, -3, -2, -1, 1, 0, 0];
        var shape = new CtcShape(2, 2, 3, 1);

        Assert.That(CtcDecoder.Decode(logits, shape, 0, CtcDecoding.Textbook).Labels, Is.EqualTo(new[] { 1 }));
        Assert.That(CtcDecoder.Decode(logits, shape, 1, CtcDecoding.Textbook).Labels, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void CountCorrect_LongerAndShorterThanTheTarget_CountsPlaces()
    {
        var reading = new CtcReading([3, 1, 2], [0, 0, 0]);

        Assert.That(reading.CountCorrect([3, 1, 0, 2]), Is.EqualTo(2));
        Assert.That(reading.CountCorrect([3, 1]), Is.EqualTo(2));
        Assert.That(reading.CountCorrect([]), Is.Zero);
    }
}
