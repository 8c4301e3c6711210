using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Tests.Kernels.Normalization;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class LayerNormKernelsTests(string deviceName)
{
    // Measured float32 against float64, both devices: 2e-7 forward, 3.4e-7 backward.
    private const double Tolerance = 3e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void LayerNorm_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 3)] int rows,
        [Values(1, 2, 4, 7, 15, 16, 17, 64, 131, 260)] int width,
        [Values] bool hasAddend,
        [Values] NormalizationActivation activation) => Check(rows, width, hasAddend, activation, 0f, Tolerance, true);

    [TestCase(65, 48)]
    [TestCase(97, 33)]
    [TestCase(200, 8)]
    [TestCase(131, 300)]
    public void LayerNormBackwardParameters_ManyRows_EqualsOracle(int rows, int width)
    {
        using var buffers = new Buffers(Device, rows);
        DeviceView<float> input = buffers.Input(rows * width), addend = buffers.Input(rows * width);
        DeviceView<float> outputGradient = buffers.Input(rows * width);
        DeviceView<float> weight = buffers.Input(width), bias = buffers.Input(width);
        DeviceView<float> weightGradient = buffers.Input(width), biasGradient = buffers.Input(width);
        double[] x = Oracle.Doubles(input), a = Oracle.Doubles(addend), w = Oracle.Doubles(weight), b = Oracle.Doubles(bias);
        double[] dy = Oracle.Doubles(outputGradient), dw = Oracle.Doubles(weightGradient), db = Oracle.Doubles(biasGradient);
        var oracle = new LayerNormOracle(rows, width, silu: true);
        oracle.Forward(x, a, w, b);
        DeviceView<float> statistics = buffers.Input([.. oracle.Statistics.Select(v => (float)v)]);
        Device.Normalization.LayerNormBackwardParameters(
            input, addend, weight, bias, statistics, outputGradient, weightGradient, biasGradient,
            rows, width, NormalizationActivation.Silu);
        var expected = oracle.Backward(x, a, w, b, dy);
        Oracle.AreClose(weightGradient, [.. dw.Zip(expected.Weight, (p, q) => p + q)], Tolerance, "weight gradient");
        Oracle.AreClose(biasGradient, [.. db.Zip(expected.Bias, (p, q) => p + q)], Tolerance, "bias gradient");
    }

    // Measured: 4e-5. The mean is rounded to 3e-5, and that much the outputs are off; the variance does not suffer.
    [Test]
    public void LayerNormForward_LargeMean_KeepsItsDigits([Values(64, 131)] int width) =>
        Check(2, width, false, NormalizationActivation.None, 1000f, 3e-4, false);

    [Test]
    public void LayerNormBackwardInput_InPlace_EqualsSeparate()
    {
        const int rows = 3, width = 37;
        using var buffers = new Buffers(Device, 5);
        DeviceView<float> input = buffers.Input(rows * width), weight = buffers.Input(width), bias = buffers.Input(width);
        DeviceView<float> statistics = buffers.Output(2 * rows), output = buffers.Output(rows * width);
        DeviceView<float> gradient = buffers.Input(rows * width), separate = buffers.Output(rows * width);
        NormalizationKernels kernels = Device.Normalization;
        kernels.LayerNormForward(input, default, weight, bias, output, statistics, rows, width, NormalizationActivation.Silu);
        kernels.LayerNormBackwardInput(
            input, default, weight, bias, statistics, gradient, separate, rows, width, NormalizationActivation.Silu);
        kernels.LayerNormBackwardInput(
            input, default, weight, bias, statistics, gradient, gradient, rows, width, NormalizationActivation.Silu);
        Assert.That(gradient.ToArray(), Is.EqualTo(separate.ToArray()));
    }

    [Test]
    public void LayerNormForward_ShortOutput_SaysWhatIsShort()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> input = buffers.Input(8), row = buffers.Input(4), output = buffers.Output(7), statistics = buffers.Output(4);
        Assert.That(
            () => Device.Normalization.LayerNormForward(
                input, default, row, row, output, statistics, 2, 4, NormalizationActivation.None),
            Throws.ArgumentException.With.Message.StartsWith("output holds 7 elements, the shape asks for 8"));
    }

    private void Check(
        int rows, int width, bool hasAddend, NormalizationActivation activation, float offset, double tolerance, bool backward)
    {
        using var buffers = new Buffers(Device, (1000 * rows) + width);
        DeviceView<float> input = buffers.Input([.. buffers.Values(rows * width, 2f).Select(v => v + offset)]);
        DeviceView<float> addend = hasAddend ? buffers.Input(rows * width) : default;
        DeviceView<float> weight = buffers.Input(width, 1.5f), bias = buffers.Input(width), output = buffers.Output(rows * width);
        DeviceView<float> statistics = buffers.Output(2 * rows), outputGradient = buffers.Input(rows * width);
        DeviceView<float> inputGradient = buffers.Output(rows * width);
        DeviceView<float> weightGradient = buffers.Input(width), biasGradient = buffers.Input(width);
        double[] w = Oracle.Doubles(weight), b = Oracle.Doubles(bias), x = Oracle.Doubles(input), dy = Oracle.Doubles(outputGradient);
        double[]? a = hasAddend ? Oracle.Doubles(addend) : null;
        var oracle = new LayerNormOracle(rows, width, activation == NormalizationActivation.Silu);
        double[] y = oracle.Forward(x, a, w, b), expectedStatistics = [.. oracle.Statistics];
        NormalizationKernels kernels = Device.Normalization;
        kernels.LayerNormForward(input, addend, weight, bias, output, statistics, rows, width, activation);
        Oracle.AreClose(output, y, tolerance, "output");
        Oracle.AreClose(statistics, expectedStatistics, Tolerance, "statistics");
        if (!backward)
        {
            return;
        }

        double[] dw = Oracle.Doubles(weightGradient), db = Oracle.Doubles(biasGradient);
        kernels.LayerNormBackwardInput(
            input, addend, weight, bias, statistics, outputGradient, inputGradient, rows, width, activation);
        kernels.LayerNormBackwardParameters(
            input, addend, weight, bias, statistics, outputGradient, weightGradient, biasGradient, rows, width, activation);
        var expected = oracle.Backward(x, a, w, b, dy);
        Oracle.AreClose(inputGradient, expected.Input, tolerance, "input gradient");
        Oracle.AreClose(weightGradient, [.. dw.Zip(expected.Weight, (p, q) => p + q)], tolerance, "weight gradient");
        Oracle.AreClose(biasGradient, [.. db.Zip(expected.Bias, (p, q) => p + q)], tolerance, "bias gradient");
        if (width > 2)
        {
            double Loss() => oracle.Forward(x, a, w, b).Zip(dy, (p, q) => p * q).Sum();
            Oracle.GradientHolds(Loss, x, expected.Input, "input gradient");
            Oracle.GradientHolds(Loss, w, expected.Weight, "weight gradient");
            Oracle.GradientHolds(Loss, b, expected.Bias, "bias gradient");
        }
    }
}
