using Ctm.Kernels.Devices;
using ILGPU.Runtime.CPU;

namespace Ctm.Tests.Kernels.Execution;

/// <summary>Structures that ILGPU takes for each other, and what looking a kernel up costs.</summary>
internal sealed class ArgumentLayoutTests
{
    [Test]
    public void LauncherOf_SameFieldsButForPadding_IsAnErrorThatNamesTheKernel([Values] bool paddedFirst)
    {
        using IlgpuDevice device = Open();
        void LoadPadded() => device.Executor.LauncherOf<PlantedArguments.Padded>(PlantedArguments.PaddedKernel);
        void LoadDense() => device.Executor.LauncherOf<PlantedArguments.Dense>(PlantedArguments.DenseKernel);
        string message = paddedFirst ? Second(LoadPadded, LoadDense) : Second(LoadDense, LoadPadded);

        string kernel = paddedFirst ? nameof(PlantedArguments.DenseKernel) : nameof(PlantedArguments.PaddedKernel);
        (int own, int other) = paddedFirst ? (24, 32) : (32, 24);
        Assert.That(message, Does.StartWith($"The arguments of kernel Execution.PlantedArguments.{kernel} take {own} bytes, "));
        Assert.That(message, Does.Contain($"another structure of {other} bytes"));
        Assert.That(message, Does.Not.Contain('\n'));
    }

    [Test]
    public void LauncherOf_SameFieldsInTheSamePlaces_IsNoError()
    {
        using IlgpuDevice device = Open();
        device.Executor.LauncherOf<PlantedArguments.Dense>(PlantedArguments.DenseKernel);

        Assert.That(() => device.Executor.LauncherOf<PlantedArguments.Nested>(PlantedArguments.NestedKernel), Throws.Nothing);
    }

    [Test]
    public void LauncherOf_KnownKernel_AllocatesNothing()
    {
        using IlgpuDevice device = Open();
        Look<PlantedArguments.Dense>(device);
        Look<PlantedArguments.Nested>(device);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Look<PlantedArguments.Dense>(device);
            Look<PlantedArguments.Nested>(device);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Look<T>(IlgpuDevice device)
        where T : struct => device.Executor.LauncherOf<T>(PlantedArguments.AnyKernel);

    private static string Second(Action first, Action second)
    {
        Assert.That(first, Throws.Nothing);
        return Assert.Throws<NotSupportedException>(second)!.Message;
    }

    private static IlgpuDevice Open() =>
        IlgpuContext.Open("planted", b => b.CPU(IlgpuContext.Simulated()), c => c.GetCPUDevices()[0]);
}
