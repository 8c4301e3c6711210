using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Vocabulary;
using ILGPU;
using ILGPU.Runtime;

namespace Ctm.Tests.Kernels.Oclgrind;

/// <summary>
/// Every kernel under Oclgrind, which must have nothing to report; and kernels with planted faults, which it must. The fixture is there
/// in a process that was started for it, by <c>.ci/oclgrind</c>.
/// </summary>
[TestFixtureSource(nameof(Devices))]
internal sealed class OclgrindTests(string deviceName)
{
    private const int Groups = 2, Length = Groups * FaultyKernels.Threads;

    private ComputeDevice device = null!;

    private static IEnumerable<string> Devices => TestDevices.Names.Where(name => name == OclgrindDevice.Name);

    private static IEnumerable<TestCaseData> Cases =>
        from size in new[] { KernelCaseSize.Aligned, KernelCaseSize.Odd }
        from one in KernelCase.All(size)
        select new TestCaseData(size, one).SetArgDisplayNames(size.Name, one.ToString());

    private static IEnumerable<TestCaseData> Faults =>
    [
        Fault(FaultyKernels.MissingBarrier, "data race at local memory"),
        Fault(FaultyKernels.SharedOutput, "data race at global memory"),
        Fault(FaultyKernels.ReadBeyondEnd, "Invalid read of size 4"),
        Fault(FaultyKernels.WriteBeyondEnd, "Invalid write of size 4"),
        Fault(FaultyKernels.UnwrittenShared, "Uninitialized value"),
        Fault(FaultyKernels.DivergentBarrier, "divergence detected (barrier)"),
    ];

    [OneTimeSetUp]
    public void OpenDevice()
    {
        Assert.That(deviceName, Is.EqualTo(OclgrindDevice.Name));
        device = OclgrindDevice.Open();
    }

    [OneTimeTearDown]
    public void CloseDevice() => device.Dispose();

    [TestCaseSource(nameof(Cases))]
    public void Case_ShippedKernels_ReportsNothing(KernelCaseSize size, KernelCase one)
    {
        Assert.That(size.Name, Is.Not.Empty);
        using var buffers = new CaseBuffers(device);
        Action run = one.Prepare(buffers);
        Assert.That(OclgrindDevice.ReportsOf(device, run), Is.Empty);
    }

    [TestCaseSource(nameof(Faults))]
    public void Launch_PlantedFault_IsReportedWithTheKernelsName(Action<FaultyArguments, int> kernel, string expected)
    {
        IReadOnlyList<string> reports = ReportsOf(kernel);
        Assert.That(reports, Has.Some.Contain(expected));
        Assert.That(reports, Has.All.Contain(kernel.Method.Name));
    }

    [Test]
    public void Launch_NoFault_IsNotReported() => Assert.That(ReportsOf(FaultyKernels.NoFault), Is.Empty);

    private static TestCaseData Fault(Action<FaultyArguments, int> kernel, string expected) =>
        new TestCaseData(kernel, expected).SetArgDisplayNames(kernel.Method.Name);

    private IReadOnlyList<string> ReportsOf(Action<FaultyArguments, int> kernel)
    {
        using var buffers = new Buffers(device, 1);
        var arguments = new FaultyArguments
        {
            Input = ViewMemory<float>.Of(buffers.Input(Length)),
            Output = ViewMemory<float>.Of(buffers.Output(Length)),
        };
        return OclgrindDevice.ReportsOf(device, () =>
            ((IlgpuDevice)device).Executor.Launch(kernel, new KernelConfig(Groups, FaultyKernels.Threads), arguments, Length));
    }
}
