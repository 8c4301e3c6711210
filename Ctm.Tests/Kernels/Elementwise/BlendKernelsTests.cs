using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Elementwise;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class BlendKernelsTests(string deviceName)
{
    // Measured float32 against float64: 1.2e-7 forward, 5e-7 for sums over rows.
    private const double Tolerance = 2e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void BlendRows_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 3, 64, 65, 131)] int count, [Values(1, 3, 16, 17, 260)] int width, [Values] bool accumulate)
    {
        using var buffers = new Buffers(Device, count + width);
        float[] rows = buffers.Values(count * width), other = buffers.Values(width), weights = buffers.Values(count);
        for (int r = 0; r < count; r++)
        {
            weights[r] = r % 3 == 0 ? 0.5f + (0.5f * weights[r]) : r % 3 - 1;
        }

        float[] dy = buffers.Values(count * width), started = buffers.Values(count * width), otherStarted = buffers.Values(width);
        DeviceView<float> w = buffers.Input(weights), output = buffers.Output(count * width), gradient = buffers.Input(dy);
        DeviceView<float> rowsGradient = accumulate ? buffers.Input(started) : buffers.Output(count * width);
        DeviceView<float> otherGradient = buffers.Input(otherStarted), otherAlone = buffers.Input(otherStarted);
        Device.Elementwise.BlendRows(buffers.Input(rows), buffers.Input(other), w, output, count, width);
        Device.Elementwise.BlendRowsBackward(gradient, w, rowsGradient, otherGradient, count, width, accumulate);
        Device.Elementwise.BlendRowsBackward(gradient, w, default, otherAlone, count, width, accumulate);

        // The derivative by the other row is the weight of each row.
        double[] expected = new double[rows.Length], expectedRows = new double[rows.Length];
        double[] expectedOther = [.. otherStarted.Select(v => (double)v)];
        for (int i = 0; i < rows.Length; i++)
        {
            double weight = weights[i / width];
            expected[i] = ((1 - weight) * rows[i]) + (weight * other[i % width]);
            expectedRows[i] = ((1 - weight) * dy[i]) + (accumulate ? started[i] : 0);
            expectedOther[i % width] += weight * dy[i];
        }

        Oracle.AreClose(output, expected, Tolerance, "output");
        Oracle.AreClose(rowsGradient, expectedRows, Tolerance, "rows' gradient");
        Oracle.AreClose(otherGradient, expectedOther, Tolerance, "other's gradient");
        Assert.That(otherAlone.ToArray(), Is.EqualTo(otherGradient.ToArray()));
        CheckGradients(rows, other, weights, dy, width);
    }

    [Test]
    public void BlendRows_ShortView_IsAClearError()
    {
        using var buffers = new Buffers(Device, 1);
        Assert.That(
            () => Device.Elementwise.BlendRows(buffers.Input(6), buffers.Input(3), buffers.Input(1), buffers.Output(6), 2, 3),
            Throws.ArgumentException.With.Message.Contains("weights holds 1 elements, the shape asks for 2"));
    }

    private static void CheckGradients(float[] rows, float[] other, float[] weights, float[] dy, int width)
    {
        double[] x = [.. rows.Select(v => (double)v)], o = [.. other.Select(v => (double)v)];
        double Weight(int i) => weights[i / width];
        double Loss() => x.Select((v, i) => dy[i] * (((1 - Weight(i)) * v) + (Weight(i) * o[i % width]))).Sum();
        Oracle.GradientHolds(Loss, x, [.. x.Select((_, i) => (1 - Weight(i)) * dy[i])], "rows");
        var byOther = new double[width];
        for (int i = 0; i < x.Length; i++)
        {
            byOther[i % width] += Weight(i) * dy[i];
        }

        Oracle.GradientHolds(Loss, o, byOther, "other");
    }
}
