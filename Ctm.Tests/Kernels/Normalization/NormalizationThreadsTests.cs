using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Tests.Kernels.Normalization;

[TestFixture]
internal sealed class NormalizationThreadsTests
{
    [TestCase(700, 48)]
    [TestCase(300, 515)]
    public void AllKernels_OneOrTwoThreads_AreBitEqual(int rows, int width)
    {
        using ComputeDevice one = ComputeDevice.Open("cpu", 1), two = ComputeDevice.Open("cpu", 2);
        float[] expected = Run(one, rows, width);
        Assert.That(expected, Has.None.NaN);
        for (int repeat = 0; repeat < 3; repeat++)
        {
            Assert.That(Run(two, rows, width).AsSpan().SequenceEqual(expected), Is.True);
        }
    }

    [Test]
    public void AllKernels_Repeated_TakeNoMoreMemory()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        Run(device, 300, 48);
        long allocations = device.Memory.Allocations;
        Run(device, 300, 48);
        Assert.That(device.Memory.Allocations, Is.EqualTo(allocations));
        Assert.That(device.Memory.LiveBuffers, Is.Zero);
    }

    private static float[] Run(ComputeDevice device, int rows, int width)
    {
        using var buffers = new Buffers(device, 11);
        int length = rows * width;
        DeviceView<float> input = buffers.Input(length), addend = buffers.Input(length), gradient = buffers.Input(length);
        DeviceView<float> weight = buffers.Input(width), bias = buffers.Input(width);
        DeviceView<float> output = buffers.Output(length), inputGradient = buffers.Output(length), statistics = buffers.Output(2 * rows);
        DeviceView<float> weightGradient = buffers.Input(width), biasGradient = buffers.Input(width);
        NormalizationKernels kernels = device.Normalization;
        kernels.LayerNormForward(input, addend, weight, bias, output, statistics, rows, width, NormalizationActivation.Silu);
        kernels.LayerNormBackwardInput(
            input, addend, weight, bias, statistics, gradient, inputGradient, rows, width, NormalizationActivation.Silu);
        kernels.LayerNormBackwardParameters(
            input, addend, weight, bias, statistics, gradient, weightGradient, biasGradient, rows, width, NormalizationActivation.Silu);
        DeviceView<float> second = buffers.Output(length), secondGradient = buffers.Output(length), addendGradient = buffers.Output(length);
        DeviceView<float> mean = buffers.Input(width), variance = buffers.Input(width), moments = buffers.Output(2 * width);
        kernels.BatchNormForwardTrain(input, addend, weight, bias, second, mean, variance, moments, rows, width, relu: true);
        kernels.BatchNormBackwardTrain(
            input, second, weight, moments, gradient, secondGradient, addendGradient, weightGradient, biasGradient,
            rows, width, relu: true);
        return
        [
            .. output.ToArray(), .. inputGradient.ToArray(), .. statistics.ToArray(), .. second.ToArray(), .. secondGradient.ToArray(),
            .. addendGradient.ToArray(), .. moments.ToArray(), .. mean.ToArray(), .. variance.ToArray(), .. weightGradient.ToArray(),
            .. biasGradient.ToArray(),
        ];
    }
}
