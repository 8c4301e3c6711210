using Ctm.Engine.Models;
using Ctm.Tasks.Sorting;

namespace Ctm.Tests.Tasks.Sorting;

[TestFixture]
internal sealed class NumberListsTests
{
    [Test]
    public void Read_List_HasItsNumbersInRisingOrder()
    {
        var values = new float[30];
        var order = new int[30];
        NumberLists.Read(SortRecipe.Preset("long", ModelKinds.Sort), isTraining: true, 7, values, order);

        Assert.That(order.Order(), Is.EqualTo(Enumerable.Range(0, 30)));
        Assert.That(order.Select(i => values[i]), Is.Ordered);
    }

    [Test]
    public void Read_Distribution_HasTheMeanAndDeviation([Values] NumberDistribution distribution)
    {
        SortRecipe recipe = SortRecipe.Preset("quick", ModelKinds.Sort) with { Distribution = distribution, Mean = 3, Deviation = 0.5 };
        var values = new float[200];
        var order = new int[200];
        var all = new List<double>();
        for (int position = 0; position < 100; position++)
        {
            NumberLists.Read(recipe, isTraining: false, position, values, order);
            all.AddRange(values.Select(v => (double)v));
        }

        double mean = all.Average();
        Assert.That(mean, Is.EqualTo(3).Within(0.02));
        Assert.That(Math.Sqrt(all.Average(v => (v - mean) * (v - mean))), Is.EqualTo(0.5).Within(0.02));
    }

    [Test]
    public void Read_ClosePairs_AreAsOftenAtEachOrderOfMagnitudeAndInTrainingOnly()
    {
        SortRecipe plain = SortRecipe.Preset("quick", ModelKinds.Sort) with { Deviation = 0.5, Mean = 3 };
        SortRecipe close = plain with { ClosePairs = 1 };
        float[] values = new float[10], unmoved = new float[10];
        var order = new int[10];
        var gaps = new List<double>();
        const int Lists = 4000;
        for (int position = 0; position < Lists; position++)
        {
            NumberLists.Read(plain, isTraining: true, position, unmoved, order);
            NumberLists.Read(close, isTraining: true, position, values, order);
            Assert.That(order.Select(i => values[i]), Is.Ordered);
            int[] moved = [.. Enumerable.Range(0, 10).Where(i => values[i] != unmoved[i])];
            Assert.That(moved, Has.Length.LessThanOrEqualTo(1));
            gaps.AddRange(moved.Select(m => values.Where((_, i) => i != m).Min(v => Math.Abs((double)v - values[m])) / plain.Deviation));
        }

        // Half of the lists, a third of them at each order of magnitude; now and then another number lies closer yet.
        Assert.That(gaps.Count, Is.EqualTo(Lists / 2).Within(100));
        Assert.That(gaps, Is.All.LessThan(1.001));
        Assert.That(gaps.Count(g => g < 1e-2) / (double)gaps.Count, Is.EqualTo(0.35).Within(0.05));

        NumberLists.Read(plain, isTraining: false, 7, unmoved, order);
        NumberLists.Read(close, isTraining: false, 7, values, order);
        Assert.That(values, Is.EqualTo(unmoved));
    }

    [Test]
    public void Read_PositionSeedAndSplit_ChooseTheList()
    {
        float[] first = Draw(5, true, 9);
        Assert.That(Draw(5, true, 9), Is.EqualTo(first));
        Assert.That(new[] { Draw(5, true, 10), Draw(6, true, 9), Draw(5, false, 9) }, Has.None.EqualTo(first));

        static float[] Draw(ulong seed, bool isTraining, long position)
        {
            var values = new float[10];
            NumberLists.Read(SortRecipe.Preset("quick", ModelKinds.Sort) with { Seed = seed }, isTraining, position, values, new int[10]);
            return values;
        }
    }
}
