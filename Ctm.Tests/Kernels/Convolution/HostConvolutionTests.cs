using Ctm.Kernels.Convolution;
using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Convolution;

/// <summary>What matters at sizes that the simulator cannot run: several chunks, several threads, memory.</summary>
internal sealed class HostConvolutionTests
{
    // Measured: 8.4e-7 of the largest output, 4e-7 of the largest gradient.
    private const double Tolerance = 8e-6;

    // 1,382,400 floats of columns: one image a chunk, so every sum over images crosses chunks.
    private static readonly ConvolutionShape Chunked = new(3, 50, 64, 48, 4, 3, 3) { Padding = 1 };

    [Test]
    public void AllKernels_SeveralChunks_EqualOracle()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        using var buffers = new Buffers(device, 3);
        var run = new OneRun(device, Chunked, 5);
        (double[] dx, double[] dw, double[] db) =
            ConvolutionOracle.Backward(Chunked, Doubles(run.Input), Doubles(run.Weight), Doubles(run.OutputGradient));
        Oracle.AreClose(run.Output, ConvolutionOracle.Forward(Chunked, Doubles(run.Input), Doubles(run.Weight), null), Tolerance, "output");
        Oracle.AreClose(run.InputGradient, dx, Tolerance, "input gradient");
        Oracle.AreClose(run.WeightGradient, dw, Tolerance, "weight gradient");
        Oracle.AreClose(run.BiasGradient, db, Tolerance, "bias gradient");
    }

    [Test]
    public void AllKernels_OneAndTwoThreads_AreBitEqual()
    {
        ConvolutionShape[] shapes =
            [Chunked, new(5, 11, 11, 3, 48, 3, 3) { Padding = 1 }, new(9, 11, 11, 64, 34, 3, 3) { Stride = 2, Groups = 2 }];
        using ComputeDevice one = ComputeDevice.Open("cpu", 1), two = ComputeDevice.Open("cpu", 2);
        foreach (ConvolutionShape shape in shapes)
        {
            OneRun a = new(one, shape, 5), b = new(two, shape, 5);
            Assert.That(a.Output, Is.EqualTo(b.Output), $"output, {shape}");
            Assert.That(a.InputGradient, Is.EqualTo(b.InputGradient), $"input gradient, {shape}");
            Assert.That(a.WeightGradient, Is.EqualTo(b.WeightGradient), $"weight gradient, {shape}");
            Assert.That(a.BiasGradient, Is.EqualTo(b.BiasGradient), $"bias gradient, {shape}");
        }
    }

    [Test]
    public void AllKernels_SecondRun_AllocatesNoDeviceMemory()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        _ = new OneRun(device, Chunked, 5);
        long before = device.Memory.Allocations;
        _ = new OneRun(device, Chunked, 5);
        Assert.That(device.Memory.Allocations, Is.EqualTo(before));
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    private sealed class OneRun
    {
        public OneRun(ComputeDevice device, ConvolutionShape shape, int seed)
        {
            using var buffers = new Buffers(device, seed);
            DeviceView<float> input = buffers.Input(shape.InputLength), weight = buffers.Input(shape.WeightLength);
            DeviceView<float> dy = buffers.Input(shape.OutputLength), output = buffers.Output(shape.OutputLength);
            DeviceView<float> dx = buffers.Output(shape.InputLength);
            DeviceView<float> dw = buffers.Input(new float[shape.WeightLength]), db = buffers.Input(new float[shape.OutChannels]);
            using PackedConvolution packed = device.Convolution.AllocateWeights(shape);
            device.Convolution.PackWeights(weight, packed);
            device.Convolution.Forward(shape, input, packed, output);
            device.Convolution.BackwardInput(shape, dy, packed, dx);
            device.Convolution.BackwardWeights(shape, input, dy, dw, db);
            (Input, Weight, OutputGradient) = (input.ToArray(), weight.ToArray(), dy.ToArray());
            (Output, InputGradient) = (output.ToArray(), dx.ToArray());
            (WeightGradient, BiasGradient) = (dw.ToArray(), db.ToArray());
        }

        public float[] Input { get; }

        public float[] Weight { get; }

        public float[] OutputGradient { get; }

        public float[] Output { get; }

        public float[] InputGradient { get; }

        public float[] WeightGradient { get; }

        public float[] BiasGradient { get; }
    }
}
