using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Tests.Kernels.MatrixMultiply;

/// <summary>How products are divided among a device's groups.</summary>
internal sealed class MatrixPlanTests
{
    // Short sums, products of a tick of the medium maze model and of its inputs' gradients, one sample, a layer of an ImageNet model's tick,
    // weight gradients of a step, a layer of the backbone, and one of many columns.
    [TestCase(5, 36, 40, 64, 1)]
    [TestCase(64, 64, 127, 64, 1)]
    [TestCase(64, 64, 128, 16, 1)]
    [TestCase(64, 2048, 2048, 32, 1)]
    [TestCase(64, 1370, 2048, 32, 1)]
    [TestCase(64, 512, 2080, 16, 1)]
    [TestCase(64, 2080, 500, 32, 1)]
    [TestCase(1, 2048, 2560, 16, 1)]
    [TestCase(512, 512, 640, 32, 1)]
    [TestCase(64, 4096, 4096, 64, 8)]
    [TestCase(128, 512, 6400, 64, 31)]
    [TestCase(500, 512, 4800, 64, 8)]
    [TestCase(2048, 2560, 640, 128, 1)]
    [TestCase(6400, 512, 576, 128, 1)]
    [TestCase(64, 40000, 640, 64, 1)]
    public void Of_Shape_IsThePlan(int m, int n, int k, int side, int splits)
    {
        MatrixPlan plan = MatrixPlan.Of(new MatrixProduct(m, n, k));

        Assert.That((plan.Side, plan.Splits), Is.EqualTo((side, splits)));
    }

    [Test]
    public void Of_AnyShape_PartsCoverEveryStepOnce(
        [Values(1, 63, 64, 65, 500, 4096)] int m, [Values(1, 64, 200, 3000)] int n, [Values(0, 1, 127, 128, 257, 1000, 25600)] int k)
    {
        MatrixPlan plan = MatrixPlan.Of(new MatrixProduct(m, n, k));

        Assert.That((long)plan.Splits * plan.StepsPerSplit, Is.GreaterThanOrEqualTo(k));
        Assert.That((plan.Splits - 1L) * plan.StepsPerSplit, Is.LessThan(Math.Max(1, k)), "the last part has a step");
        if (plan.Splits > 1)
        {
            long groups = ((m + 63L) / 64) * ((n + 63) / 64) * plan.Splits;
            Assert.That(plan.Side, Is.EqualTo(MatrixTile.SmallSide));
            Assert.That(plan.StepsPerSplit % MatrixTile.LargeDepth, Is.Zero);
            Assert.That(plan.StepsPerSplit, Is.GreaterThanOrEqualTo(MatrixPlan.LeastSteps));
            Assert.That(groups, Is.LessThanOrEqualTo(MatrixPlan.WantedGroups));
        }
        else if (k < MatrixPlan.LeastSteps)
        {
            Assert.That(plan.Side, Is.GreaterThanOrEqualTo(MatrixTile.SmallSide), "no slices of a short sum");
        }
    }

    [Test]
    public void Of_ABatch_IsNotSplit() =>
        Assert.That(MatrixPlan.Of(new MatrixProduct(128, 512, 6400) { Batch = 2 }).Splits, Is.EqualTo(1));

    [TestCase(MatrixTile.SmallSide, 64)]
    [TestCase(MatrixTile.LargeSide, 256)]
    [TestCase(MatrixTile.SlicedSide, 256)]
    [TestCase(MatrixTile.NarrowSide, 256)]
    public void Tile_OfASide_FitsAGroup(int side, int threads)
    {
        Assert.That(MatrixTile.Threads(side), Is.EqualTo(threads));
        Assert.That(MatrixTile.SharedBytes(side), Is.LessThanOrEqualTo(48 * 1024));
        Assert.That(MatrixTile.Depth(side) * side / 4, Is.EqualTo(2 * threads), "two vectors of each operand a thread");
    }

    [Test]
    public void SharedTile_EveryStepAndPlace_HasAFloatOfItsOwnThatItsSliceFinds()
    {
        HasPlaces<SmallTile>();
        HasPlaces<LargeTile>();
        HasPlaces<SlicedTile>();
        HasPlaces<NarrowTile>();
    }

    [Test]
    public void DeviceLaunches_SplitProduct_AreTwo()
    {
        Assert.That(new MatrixProduct(128, 512, 6400).DeviceLaunches, Is.EqualTo(2));
        Assert.That(new MatrixProduct(64, 2048, 2048).DeviceLaunches, Is.EqualTo(1));
    }

    private static void HasPlaces<TTile>()
        where TTile : struct, ITileForm
    {
        var taken = new HashSet<int>();
        for (int step = 0; step < SharedTile<TTile>.Depth; step++)
        {
            int slice = step / SharedTile<TTile>.Steps, first = slice * SharedTile<TTile>.Steps, key = SharedTile<TTile>.Key(slice);
            for (int place = 0; place < TTile.Side; place++)
            {
                int at = SharedTile<TTile>.At(step, place);
                int vector = (first * SharedTile<TTile>.Pitch / 4) + SharedTile<TTile>.Vector(step - first, place / 4, key);
                Assert.That(at, Is.InRange(0, SharedTile<TTile>.Length - 1));
                Assert.That(taken.Add(at), "two in one float");
                Assert.That((4 * vector) + (place % 4), Is.EqualTo(at));
            }
        }
    }
}
