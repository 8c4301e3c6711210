using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Tests.Kernels.Optimizers;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class OptimizerKernelsTests(string deviceName)
{
    // Measured float32 against float64 over five steps: parameters 2.2e-7, moments 4.1e-8.
    private const double Tolerance = 2e-6;

    private static readonly int[] Lengths = [1, 0, 15, 16, 17, 1023, 1024, 1025, 3000];
    private static readonly float[] Decays = [0f, 0.1f, 0.3f, 0f, 0.05f, 0.2f, 0f, 0.1f, 0.01f];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void ArenaLayout_AwkwardLengths_StartsTensorsAtMultiplesOf16()
    {
        using var layout = new ArenaLayout(Device, Lengths);
        Assert.That(layout.Offsets.ToArray(), Is.EqualTo(new[] { 0, 16, 16, 32, 48, 80, 1104, 2128, 3168, 6176 }));
        Assert.That(layout.Length, Is.EqualTo(6176));
        Assert.That(layout.TensorCount, Is.EqualTo(9));
        Assert.That(layout.ChunkStarts.ToArray(), Is.EqualTo(new[] { 0, 16, 32, 48, 80, 1104, 2128, 3152, 3168, 4192, 5216, 6176 }));
        Assert.That(layout.ChunkTensors.ToArray(), Is.EqualTo(new[] { 0, 2, 3, 4, 5, 6, 7, 7, 8, 8, 8 }));
        Assert.That(layout.TensorChunks.ToArray(), Is.EqualTo(new[] { 0, 1, 1, 2, 3, 4, 5, 6, 8, 11 }));
    }

    [Test]
    public void AdamW_FiveSteps_EqualsOracle([Values] bool decays, [Values] bool scales)
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> parameters = buffers.Input(Arena(buffers, layout)), scale = buffers.Input([0.3f]);
        DeviceView<float> first = buffers.Input(new float[layout.Length]), second = buffers.Input(new float[layout.Length]);
        DeviceView<float> settings = decays ? buffers.Input(Settings()) : default;
        double[] p = Oracle.Doubles(parameters), m = new double[p.Length], v = new double[p.Length];
        for (int n = 1; n <= 5; n++)
        {
            float[] gradients = Arena(buffers, layout);
            var step = AdamWStep.At(n, 1e-2 / n, 0.9, 0.99, 1e-7);
            Device.Optimizers.AdamW(
                parameters, buffers.Input(gradients), first, second, settings, scales ? scale : default, step, layout);
            for (int i = 0; i < p.Length; i++)
            {
                int tensor = layout.TensorOf(i);
                double g = gradients[i] * (scales ? 0.3f : 1.0);
                p[i] = decays && tensor == 5 ? Math.Clamp(p[i], 0, 0.5) : p[i];
                p[i] *= 1 - (1e-2 / n * (decays ? Decays[tensor] : 0));
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.99 * v[i]) + (0.01 * g * g);
                p[i] -= 1e-2 / n / (1 - Math.Pow(0.9, n)) * m[i] / ((Math.Sqrt(v[i]) / Math.Sqrt(1 - Math.Pow(0.99, n))) + 1e-7);
            }
        }

        Oracle.AreClose(parameters, p, Tolerance, "parameters");
        Oracle.AreClose(first, m, Tolerance, "first moment");
        Oracle.AreClose(second, v, Tolerance, "second moment");
        AssertPadding(parameters, layout);
        if (decays)
        {
            Assert.That(parameters.ToArray()[80..1103], Is.All.InRange(-0.03f, 0.53f).And.Some.LessThan(0f).And.Some.GreaterThan(0.5f));
        }
    }

    [Test]
    public void Adam_EqualsAdamWWithoutDecay()
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 4);
        float[] start = Arena(buffers, layout);
        DeviceView<float> gradients = buffers.Input(Arena(buffers, layout));
        float[][] results = [.. new[] { true, false }.Select(adam =>
        {
            DeviceView<float> p = buffers.Input(start), m = buffers.Input(new float[start.Length]), v = buffers.Input(new float[start.Length]);
            DeviceView<float> settings = buffers.Input(
                [.. Lengths.SelectMany(_ => new[] { 0f, float.NegativeInfinity, float.PositiveInfinity })]);
            var step = AdamWStep.At(1, 1e-3, epsilon: 1e-5);
            if (adam)
            {
                Device.Optimizers.Adam(p, gradients, m, v, default, step, layout);
            }
            else
            {
                Device.Optimizers.AdamW(p, gradients, m, v, settings, default, step, layout);
            }

            return p.ToArray();
        })];
        Assert.That(results[0], Is.EqualTo(results[1]));
        Assert.That(results[0], Is.Not.EqualTo(start));
    }

    [Test]
    public void Sgd_ThreeSteps_EqualsOracle([Values(0f, 0.9f)] float momentum)
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 5);
        DeviceView<float> parameters = buffers.Input(Arena(buffers, layout)), scale = buffers.Input([0.5f]);
        DeviceView<float> buffer = momentum == 0 ? default : buffers.Input(new float[layout.Length]), settings = buffers.Input(Settings());
        double[] p = Oracle.Doubles(parameters), v = new double[p.Length];
        for (int n = 0; n < 3; n++)
        {
            float[] gradients = Arena(buffers, layout);
            Device.Optimizers.Sgd(parameters, buffers.Input(gradients), buffer, settings, scale, 0.1f, momentum, layout);
            for (int i = 0; i < p.Length; i++)
            {
                int tensor = layout.TensorOf(i);
                p[i] = tensor == 5 ? Math.Clamp(p[i], 0, 0.5) : p[i];
                v[i] = (momentum * v[i]) + (gradients[i] * 0.5) + (Decays[tensor] * p[i]);
                p[i] -= 0.1f * v[i];
            }
        }

        Oracle.AreClose(parameters, p, Tolerance, "parameters");
        AssertPadding(parameters, layout);
    }

    [TestCase(1f)]
    [TestCase(1e6f)]
    public void GlobalNormClip_EqualsOracle(float maximum)
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 6);
        DeviceView<float> gradients = buffers.Input(Arena(buffers, layout)), partial = buffers.Output(layout.ChunkCount);
        DeviceView<float> norm = buffers.Output(1), factor = buffers.Output(1);
        Device.Optimizers.GlobalNormClip(gradients, partial, norm, factor, maximum, layout);
        double expected = Math.Sqrt(Oracle.Doubles(gradients).Sum(x => x * x));
        Assert.That(norm.ToArray()[0], Is.EqualTo(expected).Within(1e-6 * expected));
        Assert.That(factor.ToArray()[0], Is.EqualTo(Math.Min(1, maximum / (expected + 1e-6))).Within(1e-6));
    }

    [Test]
    public void GlobalNormClip_NoTensors_LeavesFactorOne()
    {
        using var layout = new ArenaLayout(Device, []);
        using var buffers = new Buffers(Device, 6);
        DeviceView<float> norm = buffers.Output(1), factor = buffers.Output(1), none = buffers.Output(0);
        Device.Optimizers.GlobalNormClip(none, none, norm, factor, 1f, layout);
        Assert.That(norm.ToArray(), Is.EqualTo(new[] { 0f }));
        Assert.That(factor.ToArray(), Is.EqualTo(new[] { 1f }));
    }

    [Test]
    public void TensorNormsAndScaleTensors_EqualOracle()
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 7);
        float[] values = Arena(buffers, layout), factors = [.. Lengths.Select((_, i) => (i + 1) / 4f)];
        DeviceView<float> gradients = buffers.Input(values), norms = buffers.Output(layout.TensorCount);
        Device.Optimizers.TensorNorms(gradients, buffers.Output(layout.ChunkCount), norms, layout);
        Device.Optimizers.ScaleTensors(gradients, buffers.Input(factors), layout);
        double[] expected = new double[layout.TensorCount];
        for (int i = 0; i < values.Length; i++)
        {
            expected[layout.TensorOf(i)] += (double)values[i] * values[i];
        }

        Oracle.AreClose(norms, [.. expected.Select(Math.Sqrt)], 1e-6, "norms");
        Oracle.AreClose(gradients, [.. values.Select((x, i) => (double)x * factors[layout.TensorOf(i)])], 1e-7, "gradients");
    }

    [Test]
    public void Steps_ShortView_Throw()
    {
        using var layout = new ArenaLayout(Device, [100]);
        using var buffers = new Buffers(Device, 8);
        DeviceView<float> fine = buffers.Input(112), wrong = buffers.Input(100);
        Assert.That(
            () => Device.Optimizers.AdamW(fine, wrong, fine, fine, default, default, AdamWStep.At(1, 1), layout),
            Throws.ArgumentException.With.Message.Contains("asks for 112"));
        Assert.That(() => Device.Optimizers.Sgd(fine, fine, default, default, default, 1f, 0.9f, layout), Throws.ArgumentException);
    }

    [Test]
    public void AdamWAndClip_OneAndTwoThreads_AreBitEqual()
    {
        float[][] results = [.. new[] { 1, 2 }.Select(threads =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var layout = new ArenaLayout(device, [20000, 333, 40000]);
            using var buffers = new Buffers(device, 9);
            DeviceView<float> p = buffers.Input(Arena(buffers, layout)), g = buffers.Input(Arena(buffers, layout));
            DeviceView<float> m = buffers.Input(new float[layout.Length]), v = buffers.Input(new float[layout.Length]);
            DeviceView<float> norm = buffers.Output(1), factor = buffers.Output(1);
            device.Optimizers.GlobalNormClip(g, buffers.Output(layout.ChunkCount), norm, factor, 0.5f, layout);
            device.Optimizers.AdamW(p, g, m, v, default, factor, AdamWStep.At(3, 1e-3), layout);
            return (float[])[.. p.ToArray(), .. m.ToArray(), .. v.ToArray(), .. norm.ToArray()];
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[0], Has.None.NaN);
    }

    /// <summary>Random tensors with zeros between them.</summary>
    private static float[] Arena(Buffers buffers, ArenaLayout layout)
    {
        var values = new float[layout.Length];
        for (int i = 0; i < layout.TensorCount; i++)
        {
            int count = layout.TensorCount == Lengths.Length ? Lengths[i] : layout.Offsets[i + 1] - layout.Offsets[i];
            buffers.Values(count).CopyTo(values.AsSpan(layout.Offsets[i]));
        }

        return values;
    }

    /// <summary>Weight decays, and bounds 0 and 0.5 for tensor 5.</summary>
    private static float[] Settings() =>
        [.. Decays.SelectMany((d, i) => new[] { d, i == 5 ? 0f : float.NegativeInfinity, i == 5 ? 0.5f : float.PositiveInfinity })];

    private static void AssertPadding(DeviceView<float> view, ArenaLayout layout)
    {
        float[] values = view.ToArray();
        for (int i = 0; i < layout.TensorCount; i++)
        {
            Assert.That(values[(layout.Offsets[i] + Lengths[i])..layout.Offsets[i + 1]], Is.All.EqualTo(0f), $"padding of tensor {i}");
        }
    }
}
