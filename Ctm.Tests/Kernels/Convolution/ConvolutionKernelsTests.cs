using Ctm.Kernels.Convolution;
using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Convolution;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class ConvolutionKernelsTests(string deviceName)
{
    // Measured float32 against float64, as a part of the largest value: 3.3e-7 on all outputs and gradients.
    private const double Tolerance = 4e-6;

    internal static readonly ConvolutionShape[] Shapes =
    [
        new(0, 3, 3, 2, 2, 3, 3) { Padding = 1 },
        new(1, 1, 1, 1, 1, 1, 1),
        new(2, 5, 3, 16, 17, 1, 1),
        new(3, 4, 5, 17, 3, 1, 1),
        new(2, 5, 4, 3, 5, 1, 1) { Stride = 2 },
        new(2, 3, 3, 4, 4, 1, 1) { Padding = 1 },
        new(1, 1, 1, 3, 4, 3, 3) { Padding = 1 },
        new(2, 5, 7, 1, 3, 3, 3) { Padding = 1 },
        new(2, 5, 5, 3, 16, 3, 3) { Padding = 1 },
        new(2, 6, 5, 16, 16, 3, 3) { Padding = 1, Stride = 2 },
        new(1, 5, 6, 17, 3, 3, 3),
        new(1, 4, 4, 16, 4, 3, 3) { Padding = 2 },
        new(2, 7, 6, 4, 5, 2, 3) { Stride = 2 },
        new(1, 7, 9, 3, 4, 7, 7) { Padding = 3, Stride = 2 },
        new(1, 7, 7, 1, 3, 7, 7),
        new(1, 5, 5, 8, 4, 5, 3) { Padding = 2, Stride = 3 },
        new(2, 4, 4, 6, 4, 3, 3) { Padding = 1, Groups = 2 },
        new(2, 5, 4, 8, 12, 3, 3) { Padding = 1, Stride = 2, Groups = 2 },
        new(1, 3, 5, 34, 4, 3, 1) { Padding = 1, Groups = 2 },
        new(1, 4, 3, 3, 6, 3, 3) { Padding = 1, Groups = 3 },
        new(2, 3, 3, 12, 8, 1, 1) { Groups = 4 },
    ];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCaseSource(nameof(Shapes))]
    public void ForwardAndBackward_AwkwardShapes_EqualOracle(ConvolutionShape shape)
    {
        using var buffers = new Buffers(Device, 7);
        DeviceView<float> input = buffers.Input(shape.InputLength), output = buffers.Output(shape.OutputLength);
        DeviceView<float> weight = buffers.Input(shape.WeightLength), bias = buffers.Input(shape.OutChannels);
        DeviceView<float> dy = buffers.Input(shape.OutputLength), dx = buffers.Output(shape.InputLength);
        DeviceView<float> dw = buffers.Input(shape.WeightLength), db = buffers.Input(shape.OutChannels);
        double[] x = Oracle.Doubles(input), w = Oracle.Doubles(weight), b = Oracle.Doubles(bias), g = Oracle.Doubles(dy);
        double[] dwBefore = Oracle.Doubles(dw), dbBefore = Oracle.Doubles(db);

        using PackedConvolution packed = Device.Convolution.AllocateWeights(shape);
        Device.Convolution.PackWeights(weight, packed);
        Device.Convolution.Forward(shape, input, packed, output, bias);
        Device.Convolution.BackwardInput(shape, dy, packed, dx);
        Device.Convolution.BackwardWeights(shape, input, dy, dw, db);

        (double[] dxExpected, double[] dwExpected, double[] dbExpected) = ConvolutionOracle.Backward(shape, x, w, g);
        Oracle.AreClose(output, ConvolutionOracle.Forward(shape, x, w, b), Tolerance, "output");
        Oracle.AreClose(dx, dxExpected, Tolerance, "input gradient");
        Oracle.AreClose(dw, Sum(dwBefore, dwExpected), Tolerance, "weight gradient");
        Oracle.AreClose(db, Sum(dbBefore, dbExpected), Tolerance, "bias gradient");

        // Without bias, and with an input gradient that accumulates.
        Device.Convolution.Forward(shape, input, packed, output);
        Device.Convolution.BackwardInput(shape, dy, packed, dx, accumulate: true);
        Oracle.AreClose(output, ConvolutionOracle.Forward(shape, x, w, null), Tolerance, "output without bias");
        Oracle.AreClose(dx, Sum(dxExpected, dxExpected), Tolerance, "accumulated input gradient");
    }

    [Test]
    public void ForwardAndBackward_ViewsAtOddOffsets_EqualOracle()
    {
        var shape = new ConvolutionShape(1, 3, 4, 4, 4, 3, 3) { Padding = 1 };
        using var buffers = new Buffers(Device, 13);
        DeviceView<float> input = buffers.Input(shape.InputLength + 1).Slice(1, shape.InputLength);
        DeviceView<float> output = buffers.Output(shape.OutputLength + 3).Slice(3, shape.OutputLength);
        DeviceView<float> weight = buffers.Input(shape.WeightLength + 1).Slice(1, shape.WeightLength);
        DeviceView<float> dx = buffers.Output(shape.InputLength + 1).Slice(1, shape.InputLength);
        using PackedConvolution packed = Device.Convolution.AllocateWeights(shape);
        Device.Convolution.PackWeights(weight, packed);
        Device.Convolution.Forward(shape, input, packed, output);
        double[] x = Oracle.Doubles(input), w = Oracle.Doubles(weight), y = ConvolutionOracle.Forward(shape, x, w, null);
        Oracle.AreClose(output, y, Tolerance, "output");
        Device.Convolution.BackwardInput(shape, output, packed, dx);
        Oracle.AreClose(dx, ConvolutionOracle.Backward(shape, x, w, y).Input, Tolerance, "input gradient");
    }

    [Test]
    public void Forward_AfterRepacking_UsesTheNewWeights()
    {
        var shape = new ConvolutionShape(1, 3, 3, 2, 3, 3, 3) { Padding = 1 };
        using var buffers = new Buffers(Device, 17);
        DeviceView<float> input = buffers.Input(shape.InputLength), weight = buffers.Input(shape.WeightLength);
        DeviceView<float> output = buffers.Output(shape.OutputLength);
        using PackedConvolution packed = Device.Convolution.AllocateWeights(shape, inputGradient: false);
        Device.Convolution.PackWeights(weight, packed);
        Device.Convolution.Forward(shape, input, packed, output);
        weight.CopyFrom(buffers.Values(shape.WeightLength));
        Device.Convolution.PackWeights(weight, packed);
        Device.Convolution.Forward(shape, input, packed, output);
        Oracle.AreClose(
            output, ConvolutionOracle.Forward(shape, Oracle.Doubles(input), Oracle.Doubles(weight), null), Tolerance, "output");
    }

    [Test]
    public void AllKernels_WrongArguments_NameThem()
    {
        var shape = new ConvolutionShape(2, 3, 3, 2, 4, 3, 3);
        using var buffers = new Buffers(Device, 19);
        DeviceView<float> one = buffers.Input(1), input = buffers.Input(shape.InputLength), output = buffers.Output(shape.OutputLength);
        ConvolutionKernels convolution = Device.Convolution;
        using PackedConvolution forwardOnly = convolution.AllocateWeights(shape, inputGradient: false);
        Assert.That(forwardOnly.HasInputGradient, Is.False);
        Assert.That(
            () => convolution.AllocateWeights(shape with { Groups = 3 }),
            Throws.ArgumentException.With.Message.Contains("multiples of the groups"));
        Assert.That(
            () => convolution.AllocateWeights(shape with { KernelWidth = 4 }),
            Throws.ArgumentException.With.Message.Contains("padded image"));
        Assert.That(
            () => convolution.AllocateWeights(shape with { Stride = 0 }),
            Throws.ArgumentException.With.Message.Contains("stride must be 1"));
        Assert.That(
            () => convolution.AllocateWeights(shape with { Batch = 1 << 28 }),
            Throws.ArgumentException.With.Message.Contains("2^31"));
        Assert.That(() => convolution.PackWeights(one, forwardOnly), Throws.ArgumentException.With.Message.Contains("asks for 72"));
        Assert.That(() => convolution.Forward(shape, one, forwardOnly, output), Throws.ArgumentException.With.Message.Contains("asks for 36"));
        Assert.That(() => convolution.Forward(shape, input, forwardOnly, one), Throws.ArgumentException.With.Message.Contains("asks for 8"));
        Assert.That(
            () => convolution.Forward(shape with { Groups = 2 }, input, forwardOnly, output),
            Throws.ArgumentException.With.Message.Contains("were packed for"));
        Assert.That(
            () => convolution.BackwardInput(shape, output, forwardOnly, input),
            Throws.ArgumentException.With.Message.Contains("without room for the input gradient"));
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
