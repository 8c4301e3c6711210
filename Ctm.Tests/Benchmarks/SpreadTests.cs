using Ctm.Benchmarks.Comparison;

namespace Ctm.Tests.Benchmarks;

[TestFixture]
internal sealed class SpreadTests
{
    [TestCase(new[] { 3.0 }, 3, 3, 3, 3)]
    [TestCase(new[] { 5.0, 1, 3, 2, 4 }, 1, 2, 3, 4)]
    [TestCase(new[] { 4.0, 1 }, 1, 1.75, 2.5, 3.25)]
    public void Of_Values_AreLeastMedianAndQuartiles(double[] values, double least, double lower, double median, double upper)
    {
        Assert.That(Spread.Of(values), Is.EqualTo(new Spread(least, lower, median, upper)));
    }
}
