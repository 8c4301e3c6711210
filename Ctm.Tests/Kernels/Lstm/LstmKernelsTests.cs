using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Lstm;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class LstmKernelsTests(string deviceName)
{
    private const double Tolerance = 2e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void ForwardAndBackward_AwkwardShapes_EqualOracle(
        [Values(0, 1, 3, 8)] int rows, [Values(1, 2, 4, 7, 15, 16, 17, 64, 131)] int width, [Values] bool inPlace)
    {
        using var buffers = new Buffers(Device, width);
        int length = rows * width;
        DeviceView<float> input = buffers.Input(4 * length, 4f), cell = buffers.Input(length, 2f);
        DeviceView<float> dh = buffers.Input(length), dc = buffers.Input(length);
        DeviceView<float> newCell = buffers.Output(length), hidden = buffers.Output(length);
        DeviceView<float> inputGradient = buffers.Output(4 * length), cellGradient = buffers.Output(length);
        double[] x = Oracle.Doubles(input), c = Oracle.Doubles(cell), gh = Oracle.Doubles(dh), gc = Oracle.Doubles(dc);
        DeviceView<float> gates = inPlace ? input : buffers.Output(4 * length);
        Device.Lstm.Forward(input, cell, gates, newCell, hidden, rows, width);
        Device.Lstm.Backward(gates, cell, newCell, dh, dc, inputGradient, cellGradient, rows, width);
        (double[] expectedGates, double[] expectedCell, double[] expectedHidden) = LstmOracle.Forward(x, c, width);
        Oracle.AreClose(gates, expectedGates, Tolerance, "gates");
        Oracle.AreClose(newCell, expectedCell, Tolerance, "cell");
        Oracle.AreClose(hidden, expectedHidden, Tolerance, "hidden");
        (double[] expectedInput, double[] expectedBefore) = LstmOracle.Backward(x, c, gh, gc, width);
        Oracle.AreClose(inputGradient, expectedInput, Tolerance, "pre-activation gradient");
        Oracle.AreClose(cellGradient, expectedBefore, Tolerance, "cell gradient");
        double Loss()
        {
            (_, double[] after, double[] h) = LstmOracle.Forward(x, c, width);
            return h.Zip(gh, (a, b) => a * b).Sum() + after.Zip(gc, (a, b) => a * b).Sum();
        }

        Oracle.GradientHolds(Loss, x, expectedInput, "pre-activation gradient");
        Oracle.GradientHolds(Loss, c, expectedBefore, "cell gradient");
    }

    [Test]
    public void Backward_AbsentGradients_CountAsZeroAndTheCellsIsNotWritten([Values] bool hasHidden, [Values(12, 13)] int width)
    {
        using var buffers = new Buffers(Device, 3);
        int length = 5 * width;
        DeviceView<float> input = buffers.Input(4 * length, 4f), cell = buffers.Input(length), given = buffers.Input(length);
        DeviceView<float> newCell = buffers.Output(length), hidden = buffers.Output(length), gradient = buffers.Output(4 * length);
        double[] x = Oracle.Doubles(input), c = Oracle.Doubles(cell), g = Oracle.Doubles(given), none = new double[length];
        Device.Lstm.Forward(input, cell, input, newCell, hidden, 5, width);
        Device.Lstm.Backward(input, cell, newCell, hasHidden ? given : default, hasHidden ? default : given, gradient, default, 5, width);
        (double[] expected, _) = LstmOracle.Backward(x, c, hasHidden ? g : none, hasHidden ? none : g, width);
        Oracle.AreClose(gradient, expected, Tolerance, "pre-activation gradient");
    }

    [Test]
    public void Forward_LargeInputs_Saturate()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> input = buffers.Input([200f, -200f, 200f, 200f, -200f, 200f, -200f, 200f]);
        DeviceView<float> cell = buffers.Input([7f, 0.5f]), newCell = buffers.Output(2), hidden = buffers.Output(2);
        Device.Lstm.Forward(input, cell, input, newCell, hidden, 2, 1);
        Oracle.AreClose(newCell, [1, 0.5], 1e-6, "cell");
        Oracle.AreClose(hidden, [Math.Tanh(1), Math.Tanh(0.5)], 1e-6, "hidden");
    }

    [Test]
    public void AllKernels_ShortViews_NameThem()
    {
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> four = buffers.Input(4), sixteen = buffers.Input(16);
        Assert.That(
            () => Device.Lstm.Forward(four, four, sixteen, four, four, 1, 4), Throws.ArgumentException.With.Message.Contains("asks for 16"));
        Assert.That(
            () => Device.Lstm.Backward(sixteen, four, four, four.Slice(0, 3), default, sixteen, default, 1, 4),
            Throws.ArgumentException.With.Message.Contains("hiddenGradient holds 3"));
    }
}
