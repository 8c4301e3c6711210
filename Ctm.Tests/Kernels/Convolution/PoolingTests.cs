using Ctm.Kernels.Convolution;
using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Convolution;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class PoolingTests(string deviceName)
{
    private static readonly PoolingShape[] Shapes =
    [
        new(0, 4, 4, 3, 2) { Stride = 2 },
        new(1, 1, 1, 1, 1),
        new(2, 5, 7, 3, 3) { Stride = 2, Padding = 1 },
        new(2, 4, 6, 16, 2) { Stride = 2 },
        new(1, 5, 5, 17, 3),
        new(1, 6, 5, 4, 3) { Stride = 2, Padding = 1 },
        new(2, 3, 4, 1, 3) { Stride = 3, Padding = 1 },
        new(1, 2, 7, 5, 2) { Stride = 3 },
        new(1, 3, 3, 2, 2) { Padding = 1 },
    ];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCaseSource(nameof(Shapes))]
    public void MaxPool_TiesAndInfinities_EqualsOracle(PoolingShape shape)
    {
        // Few values, so that most windows have equal maxima; the smallest floats there are stand beside minus infinity.
        float[] values = [-1f, 0f, 0.5f, 0.5f, 2f, float.MinValue, float.NegativeInfinity, float.NegativeInfinity, float.MaxValue];
        var random = new Random(3);
        using var buffers = new Buffers(Device, 5);
        float[] chosen = [.. Enumerable.Range(0, shape.InputLength).Select(_ => values[random.Next(values.Length)])];
        Check(shape, buffers, buffers.Input(chosen));
    }

    [TestCaseSource(nameof(Shapes))]
    public void MaxPool_RandomInput_EqualsOracle(PoolingShape shape)
    {
        using var buffers = new Buffers(Device, 7);
        DeviceView<float> input = buffers.Input(shape.InputLength);
        Check(shape, buffers, input);

        // The oracle's own gradient: no two values of a window lie within the step here.
        double[] x = Oracle.Doubles(input), g = [.. buffers.Values(shape.OutputLength).Select(v => (double)v)], gradient = new double[x.Length];
        double Sum() => Enumerable.Range(0, g.Length).Sum(i => g[i] * x[Best(shape, i, place => x[place]).Place]);
        for (int i = 0; i < g.Length; i++)
        {
            gradient[Best(shape, i, place => x[place]).Place] += g[i];
        }

        Oracle.GradientHolds(Sum, x, gradient, "input gradient");
    }

    [Test]
    public void MaxPool_OnlyMinusInfinity_ChoosesTheFirstTapInsideTheImage()
    {
        var shape = new PoolingShape(1, 2, 2, 1, 3) { Stride = 1, Padding = 1 };
        using var buffers = new Buffers(Device, 9);
        DeviceView<float> input = buffers.Input(Enumerable.Repeat(float.NegativeInfinity, 4).ToArray());
        DeviceView<float> output = buffers.Output(4), taps = buffers.Output(4);
        Device.Convolution.MaxPoolForward(shape, input, output, taps);
        Assert.That(output.ToArray(), Is.All.EqualTo(float.NegativeInfinity));
        Assert.That(taps.ToArray(), Is.EqualTo(new[] { 4f, 3f, 1f, 0f }));
    }

    [Test]
    public void MaxPool_WrongArguments_NameThem()
    {
        using var buffers = new Buffers(Device, 9);
        DeviceView<float> view = buffers.Input(16);
        Assert.That(
            () => Device.Convolution.MaxPoolForward(new PoolingShape(1, 4, 4, 1, 3) { Padding = 2 }, view, view),
            Throws.ArgumentException.With.Message.Contains("half the kernel"));
        Assert.That(
            () => Device.Convolution.MaxPoolForward(new PoolingShape(1, 2, 4, 1, 3), view, view),
            Throws.ArgumentException.With.Message.Contains("fit into"));
        Assert.That(
            () => Device.Convolution.MaxPoolForward(new PoolingShape(1, 5, 5, 1, 3), view, view),
            Throws.ArgumentException.With.Message.Contains("asks for 25"));
    }

    [Test]
    public void GlobalAverage_AwkwardShapes_EqualsOracle(
        [Values(0, 1, 3)] int batch, [Values(1, 2, 13)] int pixels, [Values(1, 3, 4, 16, 17, 33)] int channels)
    {
        // Measured: 1e-7 forward, 6e-8 backward.
        using var buffers = new Buffers(Device, channels);
        DeviceView<float> input = buffers.Input(batch * pixels * channels), output = buffers.Output(batch * channels);
        DeviceView<float> dy = buffers.Input(batch * channels), dx = buffers.Output(batch * pixels * channels);
        Device.Convolution.GlobalAverageForward(input, output, batch, pixels, channels);
        Device.Convolution.GlobalAverageBackward(dy, dx, batch, pixels, channels);
        double[] x = Oracle.Doubles(input), g = Oracle.Doubles(dy), expected = new double[batch * channels];
        var gradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int mean = (i / (pixels * channels) * channels) + (i % channels);
            expected[mean] += x[i] / pixels;
            gradient[i] = g[mean] / pixels;
        }

        Oracle.AreClose(output, expected, 1e-6, "output");
        Oracle.AreClose(dx, gradient, 6e-7, "input gradient");
        double Sum() => x.Select((v, i) => v * g[(i / (pixels * channels) * channels) + (i % channels)] / pixels).Sum();
        Oracle.GradientHolds(Sum, x, gradient, "input gradient");
    }

    private void Check(PoolingShape s, Buffers buffers, DeviceView<float> input)
    {
        DeviceView<float> output = buffers.Output(s.OutputLength), taps = buffers.Output(s.OutputLength);
        DeviceView<float> withoutTaps = buffers.Output(s.OutputLength);
        DeviceView<float> dy = buffers.Input(s.OutputLength), dx = buffers.Output(s.InputLength);
        Device.Convolution.MaxPoolForward(s, input, output, taps);
        Device.Convolution.MaxPoolForward(s, input, withoutTaps);
        Device.Convolution.MaxPoolBackward(s, dy, taps, dx);
        float[] x = input.ToArray(), g = dy.ToArray(), y = new float[s.OutputLength], tap = new float[s.OutputLength];
        var gradient = new double[s.InputLength];
        for (int i = 0; i < y.Length; i++)
        {
            (int best, tap[i]) = Best(s, i, place => x[place]);
            y[i] = x[best];
            gradient[best] += g[i];
        }

        Assert.That(output.ToArray(), Is.EqualTo(y));
        Assert.That(withoutTaps.ToArray(), Is.EqualTo(y));
        Assert.That(taps.ToArray(), Is.EqualTo(tap));

        // Measured: 1e-7.
        Oracle.AreClose(dx, gradient, 1e-6, "input gradient");
    }

    /// <summary>The first largest value of an output's window: where it lies, and which tap it is.</summary>
    private static (int Place, int Tap) Best(PoolingShape s, int output, Func<int, double> value)
    {
        int c = output % s.Channels, outX = output / s.Channels % s.OutWidth, outY = output / s.Channels / s.OutWidth % s.OutHeight;
        int image = output / s.Channels / s.OutWidth / s.OutHeight, best = -1, tap = 0;
        for (int k = 0; k < s.Kernel * s.Kernel; k++)
        {
            int row = (outY * s.Stride) - s.Padding + (k / s.Kernel), column = (outX * s.Stride) - s.Padding + (k % s.Kernel);
            int place = (((((image * s.Height) + row) * s.Width) + column) * s.Channels) + c;
            if (row >= 0 && row < s.Height && column >= 0 && column < s.Width && (best < 0 || value(place) > value(best)))
            {
                (best, tap) = (place, k);
            }
        }

        return (best, tap);
    }
}
