using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Tests.Kernels.Normalization;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class SkipNormKernelsTests(string deviceName)
{
    private const double Tolerance = 5e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void SkipNorm_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 3)] int rows, [Values(1, 2, 4, 7, 15, 16, 17, 64, 131, 260)] int width, [Values] bool accumulate)
    {
        using var buffers = new Buffers(Device, (1000 * rows) + width);
        Operands o = Operands.Random(buffers, rows, width);
        DeviceView<float> output = buffers.Output(rows * width), outputGradient = buffers.Input(rows * width);
        DeviceView<float> inputGradient = buffers.Output(rows * width), sumGradient = buffers.Output(rows * width);
        DeviceView<float> skipGradient = accumulate ? buffers.Input(rows * width) : buffers.Output(rows * width);
        DeviceView<float> weightGradient = buffers.Input(width), biasGradient = buffers.Input(width);
        double[] before = accumulate ? Oracle.Doubles(skipGradient) : new double[rows * width];
        double[] dw = Oracle.Doubles(weightGradient), db = Oracle.Doubles(biasGradient), dy = Oracle.Doubles(outputGradient);
        NormalizationKernels kernels = Device.Normalization;
        kernels.SkipNormForward(o.Input, o.Skip, o.Parameters, output, rows, width);
        kernels.SkipNormBackwardInput(
            o.Input, o.Skip, o.Parameters, outputGradient, inputGradient, sumGradient, skipGradient, rows, width, accumulate);
        kernels.SkipNormBackwardParameters(o.Input, o.Skip, o.Parameters, outputGradient, weightGradient, biasGradient, rows, width);

        double[] x = Oracle.Doubles(o.Input), s = Oracle.Doubles(o.Skip);
        double[] w = Oracle.Doubles(o.Parameters.Weight), b = Oracle.Doubles(o.Parameters.Bias);
        double[] w2 = Oracle.Doubles(o.Parameters.SkipWeight), b2 = Oracle.Doubles(o.Parameters.SkipBias);
        LayerNormOracle first = new(rows, width, silu: true), second = new(rows, width, silu: false);
        double[] y = first.Forward(x, null, w, b), expected = second.Forward(y, s, w2, b2);
        Oracle.AreClose(output, expected, Tolerance, "output");
        Oracle.AreClose(o.Parameters.Statistics, first.Statistics, Tolerance, "statistics");
        Oracle.AreClose(o.Parameters.SkipStatistics, second.Statistics, Tolerance, "skip statistics");
        var ofSum = second.Backward(y, s, w2, b2, dy);
        var ofInput = first.Backward(x, null, w, b, ofSum.Input);

        // The scaling of narrow rows may be large: differences of two values are divided by it.
        double tolerance = width < 4 ? 1e-3 : 3e-5;
        Oracle.AreClose(sumGradient, ofSum.Input, tolerance, "gradient of the sum");
        Oracle.AreClose(skipGradient, [.. ofSum.Input.Zip(before, (p, q) => p + q)], tolerance, "gradient of the skip");
        Oracle.AreClose(inputGradient, ofInput.Input, tolerance, "gradient of the input");
        Oracle.AreClose(weightGradient, [.. dw.Zip(ofSum.Weight, (p, q) => p + q)], tolerance, "gradient of the skip's weight");
        Oracle.AreClose(biasGradient, [.. db.Zip(ofSum.Bias, (p, q) => p + q)], tolerance, "gradient of the skip's bias");
        if (rows > 0 && width > 4)
        {
            double Loss() => second.Forward(first.Forward(x, null, w, b), s, w2, b2).Zip(dy, (p, q) => p * q).Sum();
            Oracle.GradientHolds(Loss, x, ofInput.Input, "gradient of the input");
            Oracle.GradientHolds(Loss, s, ofSum.Input, "gradient of the skip");
            Oracle.GradientHolds(Loss, w2, ofSum.Weight, "gradient of the skip's weight");
        }
    }

    [TestCase(65, 48)]
    [TestCase(131, 300)]
    public void SkipNorm_ManyRows_EqualsTheTwoNormalisationsOneByOne(int rows, int width)
    {
        using var buffers = new Buffers(Device, rows);
        Operands o = Operands.Random(buffers, rows, width);
        DeviceView<float> output = buffers.Output(rows * width), between = buffers.Output(rows * width), separate = buffers.Output(rows * width);
        DeviceView<float> outputGradient = buffers.Input(rows * width), statistics = buffers.Output(2 * rows);
        DeviceView<float> w = buffers.Input(new float[width]), b = buffers.Input(new float[width]);
        DeviceView<float> w1 = buffers.Input(new float[width]), b1 = buffers.Input(new float[width]);
        SkipNormParameters p = o.Parameters;
        NormalizationKernels kernels = Device.Normalization;
        kernels.SkipNormForward(o.Input, o.Skip, p, output, rows, width);
        kernels.SkipNormBackwardParameters(o.Input, o.Skip, p, outputGradient, w, b, rows, width);
        kernels.LayerNormForward(
            o.Input, default, p.Weight, p.Bias, between, statistics, rows, width, NormalizationActivation.Silu);
        kernels.LayerNormForward(
            between, o.Skip, p.SkipWeight, p.SkipBias, separate, statistics, rows, width, NormalizationActivation.None);
        kernels.LayerNormBackwardParameters(
            between, o.Skip, p.SkipWeight, p.SkipBias, statistics, outputGradient, w1, b1, rows, width, NormalizationActivation.None);
        Oracle.AreClose(output, Oracle.Doubles(separate), Tolerance, "output");
        Oracle.AreClose(w, Oracle.Doubles(w1), 1e-4, "weight gradient");
        Oracle.AreClose(b, Oracle.Doubles(b1), 1e-4, "bias gradient");
    }

    [Test]
    public void SkipNormForward_ShortStatistics_SaysWhatIsShort()
    {
        using var buffers = new Buffers(Device, 1);
        Operands o = Operands.Random(buffers, 2, 4);
        SkipNormParameters parameters = o.Parameters with { SkipStatistics = buffers.Output(3) };
        DeviceView<float> output = buffers.Output(8);
        Assert.That(
            () => Device.Normalization.SkipNormForward(o.Input, o.Skip, parameters, output, 2, 4),
            Throws.ArgumentException.With.Message.StartsWith("statistics holds 3 elements, the shape asks for 4"));
    }

    private sealed record Operands(DeviceView<float> Input, DeviceView<float> Skip, SkipNormParameters Parameters)
    {
        public static Operands Random(Buffers buffers, int rows, int width) => new(
            buffers.Input([.. buffers.Values(rows * width, 2f)]),
            buffers.Input(rows * width),
            new SkipNormParameters(
                buffers.Input(width, 1.5f),
                buffers.Input(width),
                buffers.Output(2 * rows),
                buffers.Input(width),
                buffers.Input(width),
                buffers.Output(2 * rows)));
    }
}
