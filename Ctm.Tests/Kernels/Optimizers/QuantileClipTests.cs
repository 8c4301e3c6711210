using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Tests.Kernels.Optimizers;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class QuantileClipTests(string deviceName)
{
    private static readonly int[] Lengths = [1, 0, 15, 17, 1025];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCase(0.9, 5, 9)]
    [TestCase(0.5, 37, 24)]
    [TestCase(0.0, 3, 5)]
    [TestCase(1.0, 3, 5)]
    [TestCase(0.3, 1, 4)]
    public void QuantileClip_ManySteps_EqualsOracle(double quantile, int window, int steps)
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, window);
        var random = new Random(steps);
        DeviceView<float> factors = buffers.Output(layout.TensorCount), norm = buffers.Output(1);
        DeviceView<float> history = buffers.Output(layout.TensorCount * new QuantileClipStep(quantile, window, 0).HistoryLength);
        Device.Elementwise.Fill(history, float.PositiveInfinity);
        List<double>[] past = [.. Lengths.Select(_ => new List<double>())];
        bool clips = false;
        for (int n = 0; n < steps; n++)
        {
            // Some norms are equal to earlier ones, as those of parameters that are not used are.
            float[] gradients = Arena(buffers, layout, n % 4 == 3 ? 0f : 0.1f + random.NextSingle());
            Device.Optimizers.QuantileClip(
                buffers.Input(gradients), buffers.Output(layout.ChunkCount), history, factors, norm, new(quantile, window, n), layout);
            double[] norms = [.. Enumerable.Range(0, Lengths.Length).Select(i => Norm(gradients[layout.Offsets[i]..layout.Offsets[i + 1]]))];
            double[] expected = [.. norms.Select((x, i) => n == 0 ? 1 : Math.Min(1, Quantile(past[i], quantile) / (x + 1e-6)))];
            Oracle.AreClose(factors, expected, 2e-6, $"factors of step {n}");
            Assert.That(norm.ToArray()[0], Is.EqualTo(Norm(gradients)).Within(1e-5));
            clips |= expected.Any(f => f is > 0 and < 1);
            for (int i = 0; i < past.Length; i++)
            {
                past[i].Add(norms[i]);
                past[i].RemoveRange(0, Math.Max(0, past[i].Count - window));
            }
        }

        Assert.That(clips, "the case must clip something in part");
    }

    [Test]
    public void AdamWAndSgd_FactorsOfEachTensor_EqualScaledGradients([Values] bool isAdam)
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 4);
        float[] start = Arena(buffers, layout, 1f), gradients = Arena(buffers, layout, 1f);
        DeviceView<float> factors = buffers.Input([.. Lengths.Select((_, i) => (i + 1) / 4f)]);
        float[][] results = [.. new[] { true, false }.Select(inPlace =>
        {
            DeviceView<float> p = buffers.Input(start), g = buffers.Input(gradients);
            DeviceView<float> m = buffers.Input(new float[start.Length]), v = buffers.Input(new float[start.Length]);
            if (inPlace)
            {
                Device.Optimizers.ScaleTensors(g, factors, layout);
            }

            DeviceView<float> scale = inPlace ? default : factors;
            if (isAdam)
            {
                Device.Optimizers.AdamW(p, g, m, v, default, scale, AdamWStep.At(1, 1e-2), layout);
            }
            else
            {
                Device.Optimizers.Sgd(p, g, m, default, scale, 0.1f, 0.9f, layout);
            }

            return (float[])[.. p.ToArray(), .. m.ToArray()];
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[0][..start.Length], Is.Not.EqualTo(start));
    }

    [Test]
    public void QuantileClip_WrongArguments_Throw()
    {
        using var layout = new ArenaLayout(Device, [100]);
        using var buffers = new Buffers(Device, 8);
        DeviceView<float> view = buffers.Input(112);
        Assert.That(
            () => Device.Optimizers.QuantileClip(view, view, view, view, view, new(1.5, 10, 0), layout),
            Throws.ArgumentException.With.Message.Contains("between 0 and 1"));
        Assert.That(
            () => Device.Optimizers.QuantileClip(view, view, view, view, view, new(0.5, 1000, 0), layout),
            Throws.ArgumentException.With.Message.Contains("history"));
    }

    [Test]
    public void QuantileClip_OneAndTwoThreads_AreBitEqual()
    {
        float[][] results = [.. new[] { 1, 2 }.Select(threads =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var layout = new ArenaLayout(device, [.. Enumerable.Repeat(33, 50)]);
            using var buffers = new Buffers(device, 9);
            DeviceView<float> factors = buffers.Output(50), norm = buffers.Output(1), history = buffers.Output(50 * 304);
            device.Elementwise.Fill(history, float.PositiveInfinity);
            for (int n = 0; n < 320; n++)
            {
                DeviceView<float> gradients = buffers.Input(layout.Length);
                device.Optimizers.QuantileClip(gradients, buffers.Output(50), history, factors, norm, new(0.9, 300, n), layout);
            }

            return (float[])[.. factors.ToArray(), .. history.ToArray(), .. norm.ToArray()];
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[0], Has.None.NaN);
    }

    private static float[] Arena(Buffers buffers, ArenaLayout layout, float scale)
    {
        var values = new float[layout.Length];
        for (int i = 0; i < Lengths.Length; i++)
        {
            buffers.Values(Lengths[i], scale).CopyTo(values.AsSpan(layout.Offsets[i]));
        }

        return values;
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(x => (double)x * x));

    private static double Quantile(List<double> values, double quantile)
    {
        double[] sorted = [.. values.Order()];
        double place = quantile * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
