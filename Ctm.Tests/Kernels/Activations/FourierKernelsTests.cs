using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Activations;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class FourierKernelsTests(string deviceName)
{
    // Estimated, not measured: 1.2e-7 at all angles, also backward.
    private const double Tolerance = 1e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Fourier_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 3)] int rows, [Values(1, 2, 4, 15, 17, 64, 131)] int width, [Values(4f, 1000f, 40000f)] float scale)
    {
        using var buffers = new Buffers(Device, width);
        int length = rows * width;
        DeviceView<float> input = buffers.Input(length, scale), output = buffers.Output(2 * length);
        DeviceView<float> outputGradient = buffers.Input(2 * length), inputGradient = buffers.Output(length);
        Device.Activations.FourierForward(input, output, rows, width);
        Device.Activations.FourierBackward(output, outputGradient, inputGradient, rows, width);
        double[] x = Oracle.Doubles(input), dy = Oracle.Doubles(outputGradient);
        double[] dx = [.. x.Select((v, i) =>
        {
            int at = (i / width * 2 * width) + (i % width);
            return ((Math.Cos(v) * dy[at + width]) - (Math.Sin(v) * dy[at])) / Math.Sqrt(2 * width);
        }),];
        Oracle.AreClose(output, Features(x, width), Tolerance, "output");
        Oracle.AreClose(inputGradient, dx, Tolerance, "input gradient");
        if (scale < 10)
        {
            Oracle.GradientHolds(() => Features(x, width).Zip(dy, (a, b) => a * b).Sum(), x, dx, "input gradient");
        }
    }

    [Test]
    public void FourierForward_ShortViews_NameThem()
    {
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> six = buffers.Input(6);
        Assert.That(() => Device.Activations.FourierForward(six, six, 2, 3), Throws.ArgumentException.With.Message.Contains("asks for 12"));
        Assert.That(
            () => Device.Activations.FourierBackward(six, six, six, 2, 3), Throws.ArgumentException.With.Message.Contains("asks for 12"));
    }

    private static double[] Features(double[] x, int width)
    {
        var y = new double[2 * x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int at = (i / width * 2 * width) + (i % width);
            y[at] = Math.Cos(x[i]) / Math.Sqrt(2 * width);
            y[at + width] = Math.Sin(x[i]) / Math.Sqrt(2 * width);
        }

        return y;
    }
}
