using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Tests.Kernels.MatrixMultiply;

/// <summary>How products are divided among a device's groups.</summary>
internal sealed class MatrixPlanTests
{
    // Small products, a layer of a tick, its input's gradient, a step's weight gradients of a medium maze model, a layer with few outputs.
    [TestCase(5, 36, 40, 64, 1)]
    [TestCase(64, 64, 255, 64, 1)]
    [TestCase(64, 64, 256, 64, 2)]
    [TestCase(64, 2048, 2560, 64, 16)]
    [TestCase(64, 2560, 2048, 64, 13)]
    [TestCase(64, 2080, 500, 64, 3)]
    [TestCase(64, 576, 6400, 64, 31)]
    [TestCase(1, 2048, 2560, 64, 16)]
    [TestCase(512, 512, 640, 64, 5)]
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
            Assert.That(plan.StepsPerSplit % MatrixTile.LargeDepth, Is.Zero);
            Assert.That(plan.StepsPerSplit, Is.GreaterThanOrEqualTo(MatrixPlan.LeastSteps));
            Assert.That(groups, Is.LessThanOrEqualTo(MatrixPlan.WantedGroups));
        }
    }

    [Test]
    public void Of_ABatch_IsNotSplit() =>
        Assert.That(MatrixPlan.Of(new MatrixProduct(64, 64, 4096) { Batch = 2 }).Splits, Is.EqualTo(1));

    [Test]
    public void DeviceLaunches_SplitProduct_AreTwo()
    {
        Assert.That(new MatrixProduct(64, 64, 4096).DeviceLaunches, Is.EqualTo(2));
        Assert.That(new MatrixProduct(64, 64, 64).DeviceLaunches, Is.EqualTo(1));
    }
}
