using Ctm.Kernels.Catalogue;
using Ctm.Kernels.Checks;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels.Oclgrind;

namespace Ctm.Tests.Kernels.Checks;

/// <summary>
/// Every operation on every device against the host with one thread. The simulator with its usual warp size runs all kernel tests, and so
/// not these.
/// </summary>
[TestFixtureSource(nameof(Devices))]
internal sealed class KernelCheckTests(string deviceName)
{
    private static IEnumerable<string> Devices => TestDevices.Names.Where(name => name is not "ilgpu-cpu" and not OclgrindDevice.Name);

    private static IEnumerable<TestCaseData> Cases =>
        from size in new[] { KernelCaseSize.Aligned, KernelCaseSize.Odd }
        from one in KernelCase.All(size)
        select new TestCaseData(one).SetArgDisplayNames(size.Name, one.ToString());

    private ComputeDevice host = null!;

    [OneTimeSetUp]
    public void OpenHost() => host = ComputeDevice.Open("cpu", 1);

    [OneTimeTearDown]
    public void CloseHost() => host.Dispose();

    [TestCaseSource(nameof(Cases))]
    public void Of_Case_PassesAndDoesNotDependOnThreads(KernelCase one)
    {
        ComputeDevice device = TestDevices.Open(deviceName);
        KernelCheck check = KernelCheck.Of(one, device, host);
        Assert.That(check.Passed, Is.True, $"{one}: error {check.Error:E2}, allowed {check.Tolerance:E2}");
        if (device is HostDevice)
        {
            Assert.That(check.Error, Is.Zero, $"{one} with 1 and 2 threads");
        }
    }

    [Test]
    public void Of_WrongOrMissingResults_DoesNotPass([Values(1.001f, float.NaN)] float wrong)
    {
        ComputeDevice device = TestDevices.Open(deviceName);
        var one = new KernelCase("Planted", "Fill", 0, 4, b =>
        {
            DeviceView<float> view = b.Output(5);
            return () => b.Device.Elementwise.Fill(view, b.Device == host ? 1f : wrong);
        });
        KernelCheck check = KernelCheck.Of(one, device, host);
        Assert.That(check.Passed, Is.False);
        Assert.That(check.Error, float.IsNaN(wrong) ? Is.NaN : Is.EqualTo(0.001).Within(1e-6));
    }
}
