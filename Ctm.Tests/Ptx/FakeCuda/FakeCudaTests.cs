using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>Every kernel of the catalogue through ILGPU's CUDA accelerator and the PTX interpreter, beside the host.</summary>
[NonParallelizable]
internal sealed class FakeCudaTests
{
    private const double Tolerance = 2e-5;

    private static IEnumerable<TestCaseData> Cases =>
        from size in new[] { KernelCaseSize.Aligned, KernelCaseSize.Odd }
        from one in KernelCase.All(size)
        select new TestCaseData(one).SetArgDisplayNames($"{one}, {size}");

    private ComputeDevice fake = null!, host = null!;

    [OneTimeSetUp]
    public void OpenDevices()
    {
        fake = FakeCudaDevice.Open();
        host = ComputeDevice.Open("cpu", 1);
        FakeCudaDriver.Findings.Take();
    }

    [OneTimeTearDown]
    public void CloseDevices()
    {
        fake.Dispose();
        host.Dispose();
    }

    [TestCaseSource(nameof(Cases))]
    public void Kernel_Interpreted_EqualsTheHostWithoutFaults(KernelCase one)
    {
        IReadOnlyList<float[]> expected = Run(host, one), actual = Run(fake, one);
        Assert.That(FakeCudaDriver.Findings.Take(), Is.Empty);
        for (int i = 0; i < expected.Count; i++)
        {
            Oracle.AreClose(actual[i], Array.ConvertAll(expected[i], x => (double)x), Tolerance + one.Rounding, $"{one}, array {i}");
        }
    }

    private static IReadOnlyList<float[]> Run(ComputeDevice device, KernelCase one)
    {
        using var buffers = new CaseBuffers(device);
        Action run = one.Prepare(buffers);
        run();
        return buffers.Read();
    }
}
