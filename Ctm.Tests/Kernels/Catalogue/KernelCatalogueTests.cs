using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Convolution;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Synchronization;
using Ctm.Tests.Ptx;

namespace Ctm.Tests.Kernels.Catalogue;

/// <summary>The catalogue holds every kernel, and its cases run.</summary>
internal sealed class KernelCatalogueTests
{
    private static readonly Type[] KernelInterfaces =
        [typeof(IElementKernel<>), typeof(IRowKernel<>), typeof(IItemKernel<>), typeof(IBlockKernel<,>), typeof(IGroupKernel<>)];

    // Devices gather windows on the way to shared memory, and divide the samples of a synchronization's backward pass among a group.
    private static readonly Type[] OfTheHost = [typeof(ImagesToColumns<>), typeof(ColumnsToImages<>), typeof(SynchronizationBackward<>)];

    [Test]
    public void Entries_BodiesOfTheAssembly_AreAllThere()
    {
        var launched = PtxListing.Entries.SelectMany(entry => entry.Method.GetGenericArguments())
            .Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        Type[] missing = [.. typeof(ComputeDevice).Assembly.GetTypes().Where(IsBody).Where(type => !launched.Contains(type))];
        Assert.That(missing, Is.EquivalentTo(OfTheHost));
    }

    [Test]
    public void Entries_Names_AreFileNamesOfTheirOwn()
    {
        Assert.Multiple(() =>
        {
            string[] names = [.. PtxListing.Entries.Select(entry => entry.Name)];
            Assert.That(names, Is.Unique);
            Assert.That(names, Has.All.Matches("^[A-Za-z0-9.]+$"));
            Assert.That(names, Has.Some.StartsWith("MatrixMultiply."));
            Assert.That(names, Has.Member("NeuronLevelModels.NeuronLevelModelForward.FourRows.LinearForm.Float4"));
            Assert.That(names, Has.Member("NeuronLevelModels.NeuronLevelModelForward.FourRows.LinearForm.Float1"));
        });
    }

    [Test]
    public void Cases_HostDevice_FillTheirOutputs([Values] bool aligned)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        Assert.Multiple(() =>
        {
            foreach (KernelCase one in KernelCase.All(aligned ? KernelCaseSize.Aligned : KernelCaseSize.Odd))
            {
                using var buffers = new CaseBuffers(device);
                one.Prepare(buffers)();
                IReadOnlyList<float[]> read = buffers.Read();
                Assert.That(read, Is.Not.Empty, $"{one}");
                Assert.That(read.SelectMany(x => x), Has.None.NaN.And.None.EqualTo((float)int.MinValue), $"{one}");
                Assert.That(one.Bytes, Is.Positive, $"{one}");
            }
        });
    }

    private static bool IsBody(Type type) => type.IsValueType && type.GetInterfaces().Any(
        i => i.IsGenericType && KernelInterfaces.Contains(i.GetGenericTypeDefinition()));
}
