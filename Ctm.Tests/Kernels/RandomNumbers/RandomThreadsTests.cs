using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.RandomNumbers;

internal sealed class RandomThreadsTests
{
    [Test]
    public void Normal_OneAndTwoThreads_GiveEqualBits()
    {
        float[] Result(int threads)
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var buffers = new Buffers(device, 1);
            DeviceView<float> output = buffers.Output(100003);
            device.Random.Normal(output, 1f, 2f, 3, 4);
            device.Random.DropoutForward(output, output, 0.3f, 5, 6);
            return output.ToArray();
        }

        Assert.That(Result(2), Is.EqualTo(Result(1)));
    }
}
