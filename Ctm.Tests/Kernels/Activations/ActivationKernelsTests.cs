using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Activations;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class ActivationKernelsTests(string deviceName)
{
    // Measured float32 against float64: 2e-7 forward, 3.2e-7 backward.
    private const double Tolerance = 2e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Glu_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 3, 8)] int rows, [Values(1, 2, 4, 7, 15, 16, 17, 63, 64, 65, 131)] int width)
    {
        using var buffers = new Buffers(Device, width);
        DeviceView<float> input = buffers.Input(2 * rows * width, 4f), output = buffers.Output(rows * width);
        DeviceView<float> outputGradient = buffers.Input(rows * width), inputGradient = buffers.Output(2 * rows * width);
        Device.Activations.GluForward(input, output, rows, width);
        Device.Activations.GluBackward(input, outputGradient, inputGradient, rows, width);
        double[] x = Oracle.Doubles(input), dy = Oracle.Doubles(outputGradient);
        double[] y = Glu(x, rows, width), dx = GluGradient(x, dy, rows, width);
        Oracle.AreClose(output, y, Tolerance, "output");
        Oracle.AreClose(inputGradient, dx, Tolerance, "input gradient");
        Oracle.GradientHolds(() => Glu(x, rows, width).Zip(dy, (a, b) => a * b).Sum(), x, dx, "input gradient");
    }

    [Test]
    public void Relu_AwkwardLengths_EqualsOracle([Values(0, 1, 3, 4, 15, 16, 17, 255, 256, 257)] int length)
    {
        using var buffers = new Buffers(Device, length);
        DeviceView<float> input = buffers.Input(length), output = buffers.Output(length);
        DeviceView<float> outputGradient = buffers.Input(length), inputGradient = buffers.Output(length);
        Device.Activations.ReluForward(input, output);
        Device.Activations.ReluBackward(output, outputGradient, inputGradient);
        double[] x = Oracle.Doubles(input), dy = Oracle.Doubles(outputGradient);
        Oracle.AreClose(output, [.. x.Select(v => Math.Max(v, 0))], 0, "output");
        Oracle.AreClose(inputGradient, [.. x.Zip(dy, (v, g) => v > 0 ? g : 0)], 0, "input gradient");
    }

    [Test]
    public void Smooth_AwkwardLengths_EqualsOracle([Values(0, 1, 3, 4, 15, 16, 17, 255, 256, 257)] int length)
    {
        Check(
            length, x => x * Oracle.Sigmoid(x), (x, _) => Oracle.Sigmoid(x) * (1 + (x * (1 - Oracle.Sigmoid(x)))), true,
            Device.Activations.SiluForward, Device.Activations.SiluBackward);
        Check(
            length, Oracle.Sigmoid, (_, y) => y * (1 - y), false, Device.Activations.SigmoidForward, Device.Activations.SigmoidBackward);
        Check(length, Hyperbolic, (_, y) => 1 - (y * y), false, Device.Activations.TanhForward, Device.Activations.TanhBackward);
    }

    [Test]
    public void Smooth_LargeInputs_Saturate()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> input = buffers.Input([-200f, 200f, -50f, 50f]), output = buffers.Output(4);
        Device.Activations.TanhForward(input, output);
        Assert.That(output.ToArray(), Is.EqualTo([-1f, 1f, -1f, 1f]));
        Device.Activations.SiluForward(input, output);
        Oracle.AreClose(output, [0, 200, 0, 50], 1e-6, "SiLU");
        Device.Activations.SigmoidForward(input, output);
        Oracle.AreClose(output, [0, 1, 0, 1], 1e-7, "sigmoid");
    }

    // The derivative is given by input and output; the backward kernel takes the input or the output.
    private void Check(
        int length,
        Func<double, double> function,
        Func<double, double, double> derivative,
        bool fromInput,
        Action<DeviceView<float>, DeviceView<float>> forward,
        Action<DeviceView<float>, DeviceView<float>, DeviceView<float>> backward)
    {
        using var buffers = new Buffers(Device, length);
        DeviceView<float> input = buffers.Input(length, 4f), output = buffers.Output(length);
        DeviceView<float> outputGradient = buffers.Input(length), inputGradient = buffers.Output(length);
        forward(input, output);
        backward(fromInput ? input : output, outputGradient, inputGradient);
        double[] x = Oracle.Doubles(input), dy = Oracle.Doubles(outputGradient);
        double[] y = [.. x.Select(function)], dx = [.. Enumerable.Range(0, length).Select(i => dy[i] * derivative(x[i], y[i]))];
        Oracle.AreClose(output, y, Tolerance, "output");
        Oracle.AreClose(inputGradient, dx, Tolerance, "input gradient");
        Oracle.GradientHolds(() => x.Select(function).Zip(dy, (a, b) => a * b).Sum(), x, dx, "input gradient");
    }

    private static double Hyperbolic(double x) => (Math.Exp(x) - Math.Exp(-x)) / (Math.Exp(x) + Math.Exp(-x));

    private static double[] Glu(double[] x, int rows, int width)
    {
        var y = new double[rows * width];
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < width; i++)
            {
                y[(r * width) + i] = x[(2 * r * width) + i] * Oracle.Sigmoid(x[(((2 * r) + 1) * width) + i]);
            }
        }

        return y;
    }

    private static double[] GluGradient(double[] x, double[] dy, int rows, int width)
    {
        var dx = new double[2 * rows * width];
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < width; i++)
            {
                int value = (2 * r * width) + i, gate = value + width;
                double s = Oracle.Sigmoid(x[gate]), g = dy[(r * width) + i];
                dx[value] = g * s;
                dx[gate] = g * x[value] * s * (1 - s);
            }
        }

        return dx;
    }
}
