using Ctm.Kernels.Bottleneck;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;
using Ctm.Tests.Kernels.Normalization;

namespace Ctm.Tests.Kernels.Bottleneck;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class BottleneckKernelsTests(string deviceName)
{
    // Measured: 1e-6, and the normalisation of few narrow values divides differences by their deviation.
    private const double Tolerance = 2e-5;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Forward_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 3)] int rows, [Values(1, 5, 16, 68, 131)] int width, [Values(3, 7, 16)] int narrow)
    {
        using var buffers = new Buffers(Device, (1000 * rows) + (width * 31) + narrow);
        DeviceView<float> input = buffers.Input(rows * width), output = buffers.Output(rows * width);
        var down = new BottleneckDown(
            buffers.Input(narrow * width),
            buffers.Input(narrow),
            buffers.Input(narrow, 1.5f),
            buffers.Input(narrow),
            buffers.Output(rows * narrow),
            buffers.Output(2 * rows),
            buffers.Output(rows * narrow));
        var norms = new SkipNormParameters(
            buffers.Input(width, 1.5f),
            buffers.Input(width),
            buffers.Output(2 * rows),
            buffers.Input(width),
            buffers.Input(width),
            buffers.Output(2 * rows));
        var up = new BottleneckUp(buffers.Input(width * narrow), buffers.Input(width), buffers.Output(rows * width), norms);

        Device.Bottleneck.Forward(input, down, up, output, rows, width, narrow);

        double[] x = Oracle.Doubles(input);
        double[] squeezed = Linear(x, down.Weight, down.LinearBias, rows, width, narrow);
        LayerNormOracle inside = new(rows, narrow, silu: true), first = new(rows, width, silu: true);
        var second = new LayerNormOracle(rows, width, silu: false);
        double[] values = inside.Forward(squeezed, null, Oracle.Doubles(down.NormWeight), Oracle.Doubles(down.NormBias));
        double[] widened = Linear(values, up.Weight, up.LinearBias, rows, narrow, width);
        double[] y = first.Forward(widened, null, Oracle.Doubles(norms.Weight), Oracle.Doubles(norms.Bias));
        double[] expected = second.Forward(y, x, Oracle.Doubles(norms.SkipWeight), Oracle.Doubles(norms.SkipBias));
        Oracle.AreClose(down.Squeezed, squeezed, Tolerance, "squeezed");
        Oracle.AreClose(down.Statistics, inside.Statistics, Tolerance, "statistics inside");
        Oracle.AreClose(down.Narrow, values, Tolerance, "narrow");
        Oracle.AreClose(up.Widened, widened, Tolerance, "widened");
        Oracle.AreClose(norms.Statistics, first.Statistics, Tolerance, "statistics");
        Oracle.AreClose(norms.SkipStatistics, second.Statistics, Tolerance, "statistics of the skip");
        Oracle.AreClose(output, expected, Tolerance, "output");
    }

    [Test]
    public void Forward_ShortWeight_SaysWhatIsShort()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> two = buffers.Output(2), four = buffers.Output(4), eight = buffers.Output(8);
        var down = new BottleneckDown(four, two, two, two, four, four, four);
        var up = new BottleneckUp(eight, four, eight, new SkipNormParameters(four, four, four, four, four, four));

        Assert.That(
            () => Device.Bottleneck.Forward(eight, down, up, eight, rows: 2, width: 4, narrow: 2),
            Throws.ArgumentException.With.Message.StartsWith("down weight holds 4 elements, the shape asks for 8"));
    }

    private static double[] Linear(double[] x, DeviceView<float> weight, DeviceView<float> bias, int rows, int inputs, int outputs)
    {
        double[] w = Oracle.Doubles(weight), b = Oracle.Doubles(bias);
        return
        [
            .. Enumerable.Range(0, rows * outputs).Select(at =>
            {
                int row = at / outputs, o = at % outputs;
                return b[o] + Enumerable.Range(0, inputs).Sum(i => x[(row * inputs) + i] * w[(o * inputs) + i]);
            }),
        ];
    }
}
