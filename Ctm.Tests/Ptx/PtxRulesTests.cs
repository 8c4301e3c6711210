namespace Ctm.Tests.Ptx;

/// <summary>The PTX of every kernel, for both architectures, against the rules.</summary>
internal sealed class PtxRulesTests
{
    [TestCase("sm_80")]
    [TestCase("sm_90")]
    public void Ptx_EveryKernel_KeepsTheRules(string architecture)
    {
        string[] broken = [.. PtxListing.Of(architecture).SelectMany(kernel => PtxExpectations.Broken(kernel.Key, kernel.Value))];
        Assert.That(string.Join('\n', broken), Is.Empty);
    }

    [Test]
    public void Expectations_Kernels_AllExist() =>
        Assert.That(PtxExpectations.Unused([.. PtxListing.Entries.Select(entry => entry.Name)]), Is.Empty);

    [Test]
    public void Ptx_Loops_AreFoundWhereTheyAre()
    {
        // Two nested loops over units and window; a copy has none; a row's sum has its loop, and the tree of the group within it.
        Assert.Multiple(() =>
        {
            Assert.That(Depths("NeuronLevelModels.NeuronLevelModelForward.OneRow.DeepForm.Float4"), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(Depths("Activations.ReluForward.Float4"), Is.Empty);
            Assert.That(Depths("Normalization.BatchNormApply.Float4"), Does.Contain(1));
        });

        static int[] Depths(string kernel) => [.. PtxListing.Of("sm_90")[kernel].Flow.Loops.Select(loop => loop.Depth)];
    }
}
