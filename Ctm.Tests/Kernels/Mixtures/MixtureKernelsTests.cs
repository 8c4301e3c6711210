using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Mixtures;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class MixtureKernelsTests(string deviceName)
{
    // Estimated, not measured: 5e-7 of the largest value.
    private const double Tolerance = 5e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void ForwardAndBackward_AwkwardShapes_EqualOracle(
        [Values(1, 2, 10)] int count, [Values(0, 1, 4, 15, 17, 64, 257, 1031)] int length)
    {
        using var buffers = new Buffers(Device, length + count);
        DeviceView<float> logits = buffers.Input(count, 3f), parts = buffers.Input(count * length);
        DeviceView<float> weights = buffers.Output(count), output = buffers.Output(length), dy = buffers.Input(length);
        DeviceView<float> partsGradient = buffers.Output(count * length), logitsGradient = buffers.Input(count);
        double[] l = Oracle.Doubles(logits), x = Oracle.Doubles(parts), g = Oracle.Doubles(dy), before = Oracle.Doubles(logitsGradient);
        Device.Mixtures.Forward(logits, parts, weights, output);
        Device.Mixtures.Backward(parts, weights, dy, partsGradient, logitsGradient);
        double[] w = Softmax(l), dots = [.. w.Select((_, n) => g.Select((v, i) => v * x[(n * length) + i]).Sum())];
        double mean = w.Zip(dots, (a, b) => a * b).Sum();
        double[] dl = [.. w.Select((a, n) => a * (dots[n] - mean))], dx = [.. x.Select((_, i) => w[i / length] * g[i % length])];
        Oracle.AreClose(weights, w, 1e-6, "weights");
        Oracle.AreClose(output, Mix(l, x, length), Tolerance, "output");
        Oracle.AreClose(partsGradient, dx, Tolerance, "parts gradient");
        Oracle.AreClose(logitsGradient, [.. dl.Zip(before, (a, b) => a + b)], Tolerance, "logits gradient");
        double Scalar() => Mix(l, x, length).Zip(g, (a, b) => a * b).Sum();
        Oracle.GradientHolds(Scalar, l, dl, "logits gradient");
        Oracle.GradientHolds(Scalar, x, dx, "parts gradient");
    }

    [Test]
    public void Forward_LargeLogits_DoNotOverflow()
    {
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> weights = buffers.Output(3), output = buffers.Output(2);
        Device.Mixtures.Forward(buffers.Input([300f, 300f, -300f]), buffers.Input([1f, 2f, 3f, 4f, 5f, 6f]), weights, output);
        Assert.That(weights.ToArray(), Is.EqualTo(new[] { 0.5f, 0.5f, 0f }));
        Assert.That(output.ToArray(), Is.EqualTo(new[] { 2f, 3f }));
    }

    [Test]
    public void AllKernels_ShortViews_NameThem()
    {
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> two = buffers.Input(2), six = buffers.Input(6), none = two.Slice(0, 0);
        Assert.That(() => Device.Mixtures.Forward(two, two, two, six), Throws.ArgumentException.With.Message.Contains("asks for 12"));
        Assert.That(() => Device.Mixtures.Forward(none, six, two, two), Throws.ArgumentException.With.Message.Contains("1 part or more"));
        Assert.That(
            () => Device.Mixtures.Backward(six, two, two, two, two),
            Throws.ArgumentException.With.Message.Contains("partsGradient holds 2"));
    }

    private static double[] Softmax(double[] logits)
    {
        double[] e = [.. logits.Select(v => Math.Exp(v - logits.Max()))];
        return [.. e.Select(v => v / e.Sum())];
    }

    private static double[] Mix(double[] logits, double[] parts, int length)
    {
        double[] w = Softmax(logits);
        return [.. Enumerable.Range(0, length).Select(i => w.Select((v, n) => v * parts[(n * length) + i]).Sum())];
    }
}
