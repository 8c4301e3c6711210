using System.Text.RegularExpressions;
using Ctm.Kernels.Catalogue;
using Ctm.Tests.Ptx.Reading;

namespace Ctm.Tests.Ptx;

/// <summary>The rules see what was planted, and name the kernel.</summary>
internal sealed class PlantedPtxTests
{
    [TestCase(nameof(PlantedKernels.LocalArray), "LocalArray.Float4: 32 bytes of arrays in local memory")]
    [TestCase(nameof(PlantedKernels.Double), "Double.Float4: double precision")]
    [TestCase(nameof(PlantedKernels.SingleFloats), "SingleFloats.Float4: 4 single floats in the inner loops of a vector form")]
    [TestCase(nameof(PlantedKernels.LongIndex), "LongIndex.Float4: 64-bit arithmetic in an inner loop")]
    [TestCase(nameof(PlantedKernels.Call), "Call.Float4: functions that were not inlined")]
    public void Broken_PlantedFault_IsNamed(string kernel, string message)
    {
        Assert.That(PtxRules.Broken(kernel + ".Float4", Read(kernel)), Has.Some.StartsWith(message));
    }

    [Test]
    public void Broken_GoodKernel_IsNot()
    {
        PtxShape shape = Read(nameof(PlantedKernels.Good));
        Assert.Multiple(() =>
        {
            Assert.That(PtxRules.Broken("Good.Float4", shape), Is.Empty);
            Assert.That(shape.HotMix.MultiplyAdds, Is.EqualTo(4));
            Assert.That(shape.HotMix.VectorLoads, Is.EqualTo(1));
        });
    }

    [Test]
    public void Mix_ProductWithAnotherUse_IsNoMultiplyAdd() =>
        Assert.That(Read(nameof(PlantedKernels.Unfused)).HotMix.MultiplyAdds, Is.Zero);

    [Test]
    public void Broken_HotKernelWithSingleLoads_IsNamed()
    {
        const string hot = "NeuronLevelModels.NeuronLevelModelForward.OneRow.DeepForm.Float4";
        Assert.That(
            PtxExpectations.Broken(hot, Read(nameof(PlantedKernels.SingleFloats))),
            Has.Some.StartsWith(hot + ": 0 vector loads in the hot loop, where 3 are meant"));
    }

    [Test]
    public void Broken_UniformMarkOnACondition_IsNamed()
    {
        string text = Regex.Replace(Compile(nameof(PlantedKernels.Good)), @"(@%p\d+ bra)\b", "$1.uni");
        Assert.That(
            PtxRules.Broken("Marked", new PtxShape(PtxReader.Read(text))),
            Has.Some.StartsWith("Marked: a branch that may diverge is marked uniform"));
    }

    [Test]
    public void Read_UnknownLine_IsRefused() =>
        Assert.That(() => PtxReader.Read(".version 7.8\n.alias a, b;\n"), Throws.TypeOf<FormatException>());

    private static PtxShape Read(string kernel) => new(PtxReader.Read(Compile(kernel)));

    // A compiler of its own: one that has failed would spoil those that follow.
    private static string Compile(string kernel)
    {
        using var compiler = new PtxCompiler("sm_90");
        return compiler.Compile(new KernelEntry(kernel, typeof(PlantedKernels).GetMethod(kernel)!));
    }
}
