using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Tests.Kernels.Normalization;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class BatchNormKernelsTests(string deviceName)
{
    // Measured float32 against float64, both devices: 1.0e-6 forward, 1.2e-6 backward.
    private const double Tolerance = 1e-5;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void BatchNormTrain_AwkwardShapes_EqualsOracle(
        [Values(2, 3, 32, 33, 64, 65, 130)] int rows,
        [Values(1, 3, 4, 16, 17, 48, 67)] int channels,
        [Values] bool hasAddend,
        [Values] bool relu)
    {
        using var buffers = new Buffers(Device, (1000 * rows) + channels);
        DeviceView<float> input = buffers.Input(rows * channels, 2f), addend = hasAddend ? buffers.Input(rows * channels) : default;
        DeviceView<float> weight = buffers.Input(channels, 1.5f), bias = buffers.Input(channels), output = buffers.Output(rows * channels);
        DeviceView<float> mean = buffers.Input(channels), variance = buffers.Input(channels), statistics = buffers.Output(2 * channels);
        double[] x = Oracle.Doubles(input), w = Oracle.Doubles(weight), b = Oracle.Doubles(bias);
        double[] runningMean = Oracle.Doubles(mean), runningVariance = Oracle.Doubles(variance);
        double[]? a = hasAddend ? Oracle.Doubles(addend) : null;
        var oracle = new BatchNormOracle(rows, channels, relu);
        double[] y = oracle.Forward(x, a, w, b);
        double[] expectedStatistics = [.. oracle.Mean, .. oracle.Deviation];
        Device.Normalization.BatchNormForwardTrain(
            input, addend, weight, bias, output, mean, variance, statistics, rows, channels, relu);
        Oracle.AreClose(output, y, Tolerance, "output");
        Oracle.AreClose(statistics, expectedStatistics, Tolerance, "statistics");
        Oracle.AreClose(mean, [.. runningMean.Zip(oracle.Mean, (p, q) => (0.9 * p) + (0.1 * q))], Tolerance, "running mean");
        Oracle.AreClose(
            variance, [.. runningVariance.Zip(oracle.UnbiasedVariance, (p, q) => (0.9 * p) + (0.1 * q))], Tolerance, "running variance");

        DeviceView<float> outputGradient = buffers.Input(rows * channels), inputGradient = buffers.Output(rows * channels);
        DeviceView<float> addendGradient = hasAddend ? buffers.Output(rows * channels) : default;
        DeviceView<float> weightGradient = buffers.Input(channels), biasGradient = buffers.Input(channels);
        double[] dy = Oracle.Doubles(outputGradient), dw = Oracle.Doubles(weightGradient), db = Oracle.Doubles(biasGradient);
        Device.Normalization.BatchNormBackwardTrain(
            input, output, weight, statistics, outputGradient, inputGradient, addendGradient, weightGradient, biasGradient,
            rows, channels, relu);
        var expected = oracle.Backward(x, y, w, dy, constant: false);

        // The gradient is a difference times 1 / deviation: with two rows that nearly agree, nothing of it is left but 300 roundings.
        Oracle.AreClose(inputGradient, expected.Input, Tolerance * Math.Max(1, oracle.Deviation.Max()), "input gradient");
        Oracle.AreClose(weightGradient, [.. dw.Zip(expected.Weight, (p, q) => p + q)], Tolerance, "weight gradient");
        Oracle.AreClose(biasGradient, [.. db.Zip(expected.Bias, (p, q) => p + q)], Tolerance, "bias gradient");
        if (hasAddend)
        {
            Oracle.AreClose(addendGradient, expected.Addend, 0, "addend gradient");
        }
    }

    [Test]
    public void BatchNormEval_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 33, 70)] int rows, [Values(1, 16, 17, 48)] int channels, [Values] bool hasAddend, [Values] bool relu)
    {
        using var buffers = new Buffers(Device, (1000 * rows) + channels);
        DeviceView<float> input = buffers.Input(rows * channels, 2f), addend = hasAddend ? buffers.Input(rows * channels) : default;
        DeviceView<float> weight = buffers.Input(channels, 1.5f), bias = buffers.Input(channels), output = buffers.Output(rows * channels);
        DeviceView<float> mean = buffers.Input(channels), variance = buffers.Input([.. buffers.Values(channels).Select(v => 1.1f + v)]);
        double[] x = Oracle.Doubles(input), w = Oracle.Doubles(weight), b = Oracle.Doubles(bias);
        double[]? a = hasAddend ? Oracle.Doubles(addend) : null;
        var oracle = new BatchNormOracle(rows, channels, relu);
        double[] m = Oracle.Doubles(mean), v = Oracle.Doubles(variance), y = oracle.Forward(x, a, w, b, m, v);
        Device.Normalization.BatchNormForwardEval(input, addend, weight, bias, output, mean, variance, rows, channels, relu);
        Oracle.AreClose(output, y, Tolerance, "output");
        Oracle.AreClose(mean, m, 0, "running mean");
        Oracle.AreClose(variance, v, 0, "running variance");

        DeviceView<float> outputGradient = buffers.Input(rows * channels), inputGradient = buffers.Output(rows * channels);
        DeviceView<float> addendGradient = hasAddend ? buffers.Output(rows * channels) : default;
        DeviceView<float> weightGradient = buffers.Input(channels), biasGradient = buffers.Input(channels);
        double[] dy = Oracle.Doubles(outputGradient), dw = Oracle.Doubles(weightGradient), db = Oracle.Doubles(biasGradient);
        Device.Normalization.BatchNormBackwardEval(
            input, output, weight, mean, variance, outputGradient, inputGradient, addendGradient, weightGradient, biasGradient,
            rows, channels, relu);
        var expected = oracle.Backward(x, y, w, dy, constant: true);
        Oracle.AreClose(inputGradient, expected.Input, Tolerance, "input gradient");
        Oracle.AreClose(weightGradient, [.. dw.Zip(expected.Weight, (p, q) => p + q)], Tolerance, "weight gradient");
        Oracle.AreClose(biasGradient, [.. db.Zip(expected.Bias, (p, q) => p + q)], Tolerance, "bias gradient");
        if (hasAddend)
        {
            Oracle.AreClose(addendGradient, expected.Addend, 0, "addend gradient");
        }
    }

    [Test]
    public void BatchNormBackwardTrain_NoInputGradientAsked_StillGivesTheOthers()
    {
        const int rows = 70, channels = 5;
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> input = buffers.Input(rows * channels), weight = buffers.Input(channels);
        DeviceView<float> gradient = buffers.Input(rows * channels), addendGradient = buffers.Output(rows * channels);
        DeviceView<float> weightGradient = buffers.Input(new float[channels]), biasGradient = buffers.Input(new float[channels]);
        var oracle = new BatchNormOracle(rows, channels, relu: false);
        double[] x = Oracle.Doubles(input), y = oracle.Forward(x, null, Oracle.Doubles(weight), new double[channels]);
        var expected = oracle.Backward(x, y, Oracle.Doubles(weight), Oracle.Doubles(gradient), constant: false);
        DeviceView<float> statistics = buffers.Input([.. oracle.Mean.Concat(oracle.Deviation).Select(v => (float)v)]);
        Device.Normalization.BatchNormBackwardTrain(
            input, default, weight, statistics, gradient, default, addendGradient, weightGradient, biasGradient,
            rows, channels, relu: false);
        Oracle.AreClose(addendGradient, expected.Addend, 0, "addend gradient");
        Oracle.AreClose(weightGradient, expected.Weight, Tolerance, "weight gradient");
        Oracle.AreClose(biasGradient, expected.Bias, Tolerance, "bias gradient");
    }

    [Test]
    public void BatchNormForwardTrain_LargeMean_KeepsItsDigits()
    {
        const int rows = 200, channels = 20;
        using var buffers = new Buffers(Device, 9);
        DeviceView<float> input = buffers.Input([.. buffers.Values(rows * channels).Select(v => v + 1000f)]);
        DeviceView<float> weight = buffers.Input(channels), bias = buffers.Input(channels), output = buffers.Output(rows * channels);
        DeviceView<float> mean = buffers.Input(channels), variance = buffers.Input(channels), statistics = buffers.Output(2 * channels);
        var oracle = new BatchNormOracle(rows, channels, relu: false);
        double[] y = oracle.Forward(Oracle.Doubles(input), null, Oracle.Doubles(weight), Oracle.Doubles(bias));
        Device.Normalization.BatchNormForwardTrain(
            input, default, weight, bias, output, mean, variance, statistics, rows, channels, relu: false);

        // Measured: 2e-5, and 4e-6 of the deviation. The mean is rounded to 3e-5, and that much the outputs are off.
        Oracle.AreClose(output, y, 3e-4, "output");
        Oracle.AreClose(statistics.Slice(channels, channels), oracle.Deviation, 4e-5, "deviation");
    }

    [Test]
    public void BatchNormForwardTrain_FewRows_SaysWhatIsWrongOrDoesNothing()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> one = buffers.Input([2f]), output = buffers.Output(1), statistics = buffers.Output(2);
        NormalizationKernels kernels = Device.Normalization;
        Assert.That(
            () => kernels.BatchNormForwardTrain(one, default, one, one, output, one, one, statistics, 1, 1, relu: false),
            Throws.ArgumentException.With.Message.StartsWith("Batch normalisation in training needs 2 rows or more"));
        kernels.BatchNormForwardTrain(default, default, one, one, default, one, one, statistics, 0, 1, relu: false);
        Assert.That(one.ToArray(), Is.EqualTo([2f]));
    }

    [Test]
    public void BackwardOracle_CentralDifferences_Agree([Values] bool relu, [Values] bool constant)
    {
        const int rows = 7, channels = 3;
        using var buffers = new Buffers(Device, 4);
        double[] Draw(int length) => [.. buffers.Values(length).Select(v => (double)v)];
        double[] x = Draw(rows * channels), a = Draw(rows * channels), w = Draw(channels), b = Draw(channels), dy = Draw(rows * channels);
        double[]? mean = constant ? Draw(channels) : null, variance = constant ? [0.5, 1, 2] : null;
        var oracle = new BatchNormOracle(rows, channels, relu);
        var gradients = oracle.Backward(x, oracle.Forward(x, a, w, b, mean, variance), w, dy, constant);
        double Loss() => oracle.Forward(x, a, w, b, mean, variance).Zip(dy, (p, q) => p * q).Sum();
        Oracle.GradientHolds(Loss, x, gradients.Input, "input gradient");
        Oracle.GradientHolds(Loss, a, gradients.Addend, "addend gradient");
        Oracle.GradientHolds(Loss, w, gradients.Weight, "weight gradient");
        Oracle.GradientHolds(Loss, b, gradients.Bias, "bias gradient");
    }
}
