using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Synchronization;

internal sealed class SynchronizationThreadsTests
{
    [Test]
    public void AllSteps_OneAndTwoThreads_GiveEqualBits()
    {
        float[][] Results(int threads)
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var run = new SynchronizationRun(device, 64, 300, 1003, 3, 9, _ => true);
            return [run.Output.ToArray(), run.StateGradient.ToArray(), run.DecayGradient.ToArray()];
        }

        Assert.That(Results(2), Is.EqualTo(Results(1)));
    }
}
