using Ctm.Tasks.Measures;

namespace Ctm.Tests.Tasks.Measures;

[TestFixture]
internal sealed class AveragedReadingsTests
{
    [Test]
    public void Add_ReadingsWithClassesOfTheirOwn_AveragesLogarithmsOfProbabilities()
    {
        // Two rows of two classes. The second reading has the classes swapped, and its first row is shifted, which changes no probability.
        var readings = new AveragedReadings(2);
        readings.Add([MathF.Log(0.8f), MathF.Log(0.2f), MathF.Log(0.5f), MathF.Log(0.5f)]);
        readings.Add([MathF.Log(0.4f) + 30, MathF.Log(0.6f) + 30, MathF.Log(0.9f), MathF.Log(0.1f)], classOf: [1, 0]);

        double[] expected = [0.8 * 0.6, 0.2 * 0.4, 0.5 * 0.1, 0.5 * 0.9];
        Assert.That(readings.Logits, Is.EqualTo(expected.Select(p => 0.5 * Math.Log(p))).Within(1e-5));
    }
}
