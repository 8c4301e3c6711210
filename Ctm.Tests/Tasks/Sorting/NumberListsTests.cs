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

    [Test]
    public void Rotate_TwoLists_ItsClassesLeadBack([Range(0, 4)] int shift)
    {
        float[] values = [0, 1, 2, 3, 4, 10, 11, 12, 13, 14];
        float[] rotated = NumberLists.Rotate(values, 5, shift);
        int[] classes = NumberLists.RotatedClasses(5, shift);

        Assert.That(rotated[0], Is.EqualTo(shift));
        Assert.That(classes[5], Is.EqualTo(5), "the blank");
        for (int i = 0; i < 10; i++)
        {
            Assert.That(values[(i / 5 * 5) + classes[i % 5]], Is.EqualTo(rotated[i]));
        }
    }
}
