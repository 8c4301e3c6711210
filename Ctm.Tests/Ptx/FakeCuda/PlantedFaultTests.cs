using Ctm.Kernels.Devices;
using Ctm.Kernels.Vocabulary;
using Ctm.Tests.Ptx.Execution;
using ILGPU;
using ILGPU.Runtime;

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>Each planted fault is reported with its kernel's name, and nothing else is.</summary>
[NonParallelizable]
internal sealed class PlantedFaultTests
{
    private const int Threads = PlantedFaults.Threads;

    private IlgpuDevice device = null!;

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Case(PlantedFaults.SharedRace, PtxFault.Race, "and was written by thread 31 in the same interval");
        yield return Case(PlantedFaults.GlobalRace, PtxFault.Race, "of global memory is written, and was written by thread 0");
        yield return Case(PlantedFaults.GroupRace, PtxFault.Race, "and was written by another group", groups: 2);
        yield return Case(PlantedFaults.ReadBeyond, PtxFault.OutOfBounds, "reads 4 bytes outside of every buffer of global memory");
        yield return Case(PlantedFaults.WriteBeyond, PtxFault.OutOfBounds, "writes 4 bytes outside of every buffer of global memory");
        yield return Case(PlantedFaults.SharedBeyond, PtxFault.OutOfBounds, "4 bytes at byte 256 of 256 of shared memory; thread 63");
        yield return Case(PlantedFaults.SharedUnwritten, PtxFault.Uninitialised, "4 bytes at byte 128 of shared memory were never written");
        yield return Case(PlantedFaults.HalfAtBarrier, PtxFault.DivergentBarrier, "32 of 64 threads come to the barrier");
        yield return Case(PlantedFaults.TwoBarriers, PtxFault.DivergentBarrier, "other threads wait at another barrier");
    }

    [OneTimeSetUp]
    public void OpenDevice() => device = (IlgpuDevice)FakeCudaDevice.Open();

    [OneTimeTearDown]
    public void CloseDevice() => device.Dispose();

    [TestCaseSource(nameof(Faults))]
    public void Launch_PlantedFault_IsReportedByName(Action<ViewMemory<float>, int> kernel, int groups, object fault, string text)
    {
        using DeviceBuffer<float> data = device.Allocate<float>(Ramp());
        Launch(kernel, ViewMemory<float>.Of(data.View), groups);
        IReadOnlyList<PtxFinding> found = FakeCudaDriver.Findings.Take();
        Assert.Multiple(() =>
        {
            Assert.That(found.Select(one => one.Fault), Is.All.EqualTo(fault));
            Assert.That(found.Select(one => one.Kernel), Is.All.EqualTo($"FakeCuda.PlantedFaults.{kernel.Method.Name}"));
            Assert.That(found.Select(one => one.Text), Has.Some.Contains(text));
        });
    }

    [Test]
    public void Launch_VectorsAtAnOddPlace_AreReportedAsMisaligned()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> data = device.Accelerator.Allocate1D(Ramp());
        Launch(PlantedFaults.Vectors, new ViewMemory<float>(data.View.BaseView.SubView(1, 32), 0), 1, 32);
        IReadOnlyList<PtxFinding> found = FakeCudaDriver.Findings.Take();
        Assert.That(found.Select(one => one.Fault), Is.All.EqualTo(PtxFault.Misaligned));
        Assert.That(found[0].ToString(), Does.StartWith("FakeCuda.PlantedFaults.Vectors: Misaligned: 16 bytes at byte 4 of global memory"));
    }

    [Test]
    public void Launch_HalvesOfWords_AreWatchedOneByOne()
    {
        using DeviceBuffer<float> data = device.Allocate<float>(Ramp());
        HalfViewMemory memory = HalfViewMemory.Of(data.View);
        Launch(PlantedFaults.HalfWords, memory, 1);
        Assert.That(FakeCudaDriver.Findings.Take(), Is.Empty);
        Launch(PlantedFaults.HalfWordRace, memory, 1);
        IReadOnlyList<PtxFinding> found = FakeCudaDriver.Findings.Take();
        Assert.That(found.Select(one => one.Fault), Is.All.EqualTo(PtxFault.Race));
        Assert.That(found[0].ToString(), Does.Contain("half word 0 of global memory is written, and was written by thread 0"));
    }

    [Test]
    public void Launch_BufferThatNobodyWrote_IsReportedAsUninitialised()
    {
        using DeviceBuffer<float> data = device.Allocate<float>(Threads);
        Launch(PlantedFaults.Copy, ViewMemory<float>.Of(data.View), 1);
        IReadOnlyList<PtxFinding> found = FakeCudaDriver.Findings.Take();
        Assert.That(found.Select(one => one.Fault), Is.EqualTo(new[] { PtxFault.Uninitialised }));
        Assert.That(found[0].Kernel, Is.EqualTo("FakeCuda.PlantedFaults.Copy"));
    }

    [Test]
    public void Launch_RightKernels_ComputeWithoutFaults()
    {
        using DeviceBuffer<float> data = device.Allocate<float>(Ramp());
        ViewMemory<float> memory = ViewMemory<float>.Of(data.View);
        Launch(PlantedFaults.Copy, memory, 1);
        Launch(PlantedFaults.Reverse, memory, 1);
        Launch(PlantedFaults.Vectors, memory, 1, Threads);
        Assert.That(data.View.ToArray(), Is.EqualTo(Ramp().Reverse().Select(x => (2f * x) + 1f)));
        Assert.That(FakeCudaDriver.Findings.Take(), Is.Empty);
    }

    [Test]
    public void Launch_SpecializedValue_IsCompiledIn()
    {
        using MemoryBuffer1D<float, Stride1D.Dense> data = device.Accelerator.Allocate1D(Ramp());
        Action<KernelConfig, ArrayView<float>, SpecializedValue<int>> kernel =
            device.Accelerator.LoadStreamKernel<ArrayView<float>, SpecializedValue<int>>(PlantedFaults.Specialized);
        kernel(new KernelConfig(1, Threads), data.View.BaseView, SpecializedValue.New(3));
        kernel(new KernelConfig(1, Threads), data.View.BaseView, SpecializedValue.New(5));
        Assert.That(data.GetAsArray1D(), Is.EqualTo(Ramp().Select(x => 15f * x)));
        Assert.That(FakeCudaDriver.Findings.Take(), Is.Empty);
    }

    [Test]
    public void Launch_TooManyThreads_IsRefusedByTheDriver()
    {
        using DeviceBuffer<float> data = device.Allocate<float>(Ramp());
        Assert.That(
            () => device.Executor.Launch(
                PlantedFaults.Copy, new KernelConfig(1, 2048), ViewMemory<float>.Of(data.View), Threads),
            Throws.Exception);
    }

    [Test]
    public void List_Machine_DoesNotShowTheInterpreter() =>
        Assert.That(ComputeDevice.List().Select(found => found.Description), Has.None.Contains("PTX interpreter"));

    private static TestCaseData Case(Action<ViewMemory<float>, int> kernel, PtxFault fault, string text, int groups = 1) =>
        new TestCaseData(kernel, groups, fault, text).SetArgDisplayNames(kernel.Method.Name);

    private static float[] Ramp() => [.. Enumerable.Range(1, Threads).Select(i => (float)i)];

    private void Launch<TMemory>(Action<TMemory, int> kernel, TMemory data, int groups, int count = Threads)
        where TMemory : struct => device.Executor.Launch(kernel, new KernelConfig(groups, Threads), data, count);
}
