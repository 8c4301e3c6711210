using Ctm.Kernels.Devices;
using Ctm.Kernels.Elementwise;

namespace Ctm.Tests.Kernels.Elementwise;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class SumKernelsTests(string deviceName)
{
    // Measured float32 against float64, both devices: 1.5e-6 of rows, 6e-8 of squares.
    private const double RowTolerance = 1.5e-5;
    private const double Tolerance = 6e-7;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void SumRows_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 2, 63, 64, 65, 97, 200)] int rows, [Values(1, 4, 15, 17, 64, 131, 260)] int width, [Values] bool accumulate)
    {
        using var buffers = new Buffers(Device, (1000 * rows) + width);
        DeviceView<float> source = buffers.Input(rows * width), target = accumulate ? buffers.Input(width) : buffers.Output(width);
        double[] x = Oracle.Doubles(source), expected = accumulate ? Oracle.Doubles(target) : new double[width];
        for (int i = 0; i < x.Length; i++)
        {
            expected[i % width] += x[i];
        }

        Device.Elementwise.SumRows(source, target, rows, width, accumulate);
        Oracle.AreClose(target, expected, RowTolerance, "sums");
    }

    [Test]
    public void SumAndSumOfSquares_AwkwardLengths_EqualOracle([Values(0, 1, 17, 255, 256, 4096, 4097, 20000, 20003)] int length)
    {
        using var buffers = new Buffers(Device, length);
        DeviceView<float> view = buffers.Input(length), scratch = buffers.Output(ElementwiseKernels.SumScratchLength);
        DeviceView<float> sum = buffers.Output(1), squares = buffers.Output(1);
        double[] x = Oracle.Doubles(view);
        Device.Elementwise.Sum(view, sum);
        Device.Elementwise.SumOfSquares(view, scratch, squares);

        // Of the sum, the error is that of adding numbers up to 1, whatever they cancel to.
        Assert.That(sum.ToArray()[0], Is.EqualTo(x.Sum()).Within(1e-7 * Math.Max(1, x.Sum(Math.Abs))));
        Oracle.AreClose(squares, [x.Sum(v => v * v)], Tolerance, "squares");
    }

    [TestCase(new[] { 0, 10 })]
    [TestCase(new[] { 0, 0, 3, 3, 4096, 4096, 4097, 8192, 8192, 8192, 9000 })]
    [TestCase(new[] { 5, 20, 21, 13000 })]
    [TestCase(new[] { 0 })]
    [TestCase(new[] { 0, 4096, 12288, 12288 })]
    public void SumOfSquaresSegments_AwkwardBorders_EqualsOracle(int[] starts)
    {
        using var buffers = new Buffers(Device, starts.Length);
        DeviceView<float> view = buffers.Input(starts[^1] + 7), result = buffers.Output(starts.Length - 1);
        double[] x = Oracle.Doubles(view);
        Device.Elementwise.SumOfSquaresSegments(view, buffers.Input(starts), result);
        float[] actual = result.ToArray();
        for (int s = 0; s < actual.Length; s++)
        {
            double expected = x[starts[s]..starts[s + 1]].Sum(v => v * v);
            Assert.That(actual[s], Is.EqualTo(expected).Within(Tolerance * Math.Max(1, expected)), $"segment {s}");
        }
    }

    [Test]
    public void Sums_OneOrTwoThreads_AreBitEqual()
    {
        using ComputeDevice one = ComputeDevice.Open("cpu", 1), two = ComputeDevice.Open("cpu", 2);
        Assert.That(Run(two), Is.EqualTo(Run(one)));

        static float[] Run(ComputeDevice device)
        {
            using var buffers = new Buffers(device, 1);
            DeviceView<float> view = buffers.Input(1000 * 130), rows = buffers.Output(130), total = buffers.Output(1);
            DeviceView<float> segments = buffers.Output(2);
            device.Elementwise.SumRows(view, rows, 1000, 130, accumulate: false);
            device.Elementwise.Sum(view, total);
            device.Elementwise.SumOfSquaresSegments(view, buffers.Input([0, 77, 1000 * 130]), segments);
            return [.. rows.ToArray(), .. total.ToArray(), .. segments.ToArray()];
        }
    }
}
