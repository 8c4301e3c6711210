using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Embedding;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class EmbeddingKernelsTests(string deviceName)
{
    // Measured: 5.4e-7 of the largest gradient.
    private const double Tolerance = 5e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void ForwardAndBackward_AwkwardShapes_EqualOracle(
        [Values(0, 1, 5, 300)] int count, [Values(1, 2, 7)] int rows, [Values(1, 4, 17, 64)] int width)
    {
        using var buffers = new Buffers(Device, width);
        var random = new Random(rows);
        int[] chosen = [.. Enumerable.Range(0, count).Select(_ => random.Next(rows))];
        DeviceView<int> indices = buffers.Input(chosen);
        DeviceView<float> table = buffers.Input(rows * width), output = buffers.Output(count * width);
        DeviceView<float> dy = buffers.Input(count * width), gradient = buffers.Input(rows * width);
        double[] expected = Oracle.Doubles(gradient), g = Oracle.Doubles(dy);
        float[] t = table.ToArray(), y = new float[count * width];
        for (int i = 0; i < y.Length; i++)
        {
            int place = (chosen[i / width] * width) + (i % width);
            y[i] = t[place];
            expected[place] += g[i];
        }

        Device.Embedding.Forward(table, indices, output, rows, width);
        Device.Embedding.Backward(indices, dy, gradient, rows, width);
        Assert.That(output.ToArray(), Is.EqualTo(y));
        Oracle.AreClose(gradient, expected, Tolerance, "table gradient");
        double[] values = Oracle.Doubles(table), alone = new double[values.Length];
        for (int i = 0; i < g.Length; i++)
        {
            alone[(chosen[i / width] * width) + (i % width)] += g[i];
        }

        double Sum() => g.Select((v, i) => v * values[(chosen[i / width] * width) + (i % width)]).Sum();
        Oracle.GradientHolds(Sum, values, alone, "table gradient");
    }

    [Test]
    public void ForwardAndBackward_IndexOutsideTheTable_GivesNaNAndNoGradient()
    {
        using var buffers = new Buffers(Device, 3);
        DeviceView<int> indices = buffers.Input([-1, 1, 2, int.MaxValue, int.MinValue]);
        DeviceView<float> table = buffers.Input([1f, 2f, 3f, 4f]), output = buffers.Input(new float[10]);
        DeviceView<float> dy = buffers.Input([1f, 1f, 5f, 6f, 1f, 1f, 1f, 1f, 1f, 1f]), gradient = buffers.Input([1f, 1f, 1f, 1f]);
        Device.Embedding.Forward(table, indices, output, 2, 2);
        Device.Embedding.Backward(indices, dy, gradient, 2, 2);
        const float none = float.NaN;
        Assert.That(output.ToArray(), Is.EqualTo(new[] { none, none, 3f, 4f, none, none, none, none, none, none }));
        Assert.That(gradient.ToArray(), Is.EqualTo(new[] { 1f, 1f, 6f, 7f }));
    }

    [Test]
    public void IndicesWhereEqual_AnyValues_TellTheOneValue([Values(0, 1, 7, 300)] int count)
    {
        using var buffers = new Buffers(Device, 3);
        float[] kinds = [1f, -1f, 0f, 2f, float.NaN, 1.0000001f, float.PositiveInfinity];
        float[] values = [.. Enumerable.Range(0, count).Select(i => kinds[i % kinds.Length])];
        DeviceView<int> indices = buffers.IntOutput(count);
        Device.Embedding.IndicesWhereEqual(buffers.Input(values), 1f, indices);
        Assert.That(indices.ToArray(), Is.EqualTo(values.Select(v => v == 1f ? 1 : 0)));
    }

    [Test]
    public void IndicesOfColumn_AnyValues_CutThemTowardsZero([Values(0, 1, 2)] int column)
    {
        float[] values = [0f, 3f, 7.9f, -0.9f, -1f, -5f, 16777215f, 16777216f, 3e9f, -3e9f, float.NaN, float.NegativeInfinity];
        int[] expected = [0, 3, 7, 0, -1, -1, 16777215, -1, -1, -1, -1, -1];
        using var buffers = new Buffers(Device, 3);
        DeviceView<int> indices = buffers.IntOutput(values.Length);
        float[] rows = [.. values.SelectMany(v => Enumerable.Range(0, 3).Select(c => c == column ? v : 99f))];
        Device.Embedding.IndicesOfColumn(buffers.Input(rows), 3, column, indices);
        Assert.That(indices.ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Backward_OneAndTwoThreads_AreBitEqual()
    {
        float[][] gradients = [.. new[] { 1, 2 }.Select(threads =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var buffers = new Buffers(device, 5);
            var random = new Random(5);
            DeviceView<int> indices = buffers.Input([.. Enumerable.Range(0, 4096).Select(_ => random.Next(2))]);
            DeviceView<float> dy = buffers.Input(4096 * 65), gradient = buffers.Input(2 * 65);
            device.Embedding.Backward(indices, dy, gradient, 2, 65);
            return gradient.ToArray();
        }),];
        Assert.That(gradients[0], Is.EqualTo(gradients[1]));
    }

    [Test]
    public void AllKernels_ShortViews_NameThem()
    {
        using var buffers = new Buffers(Device, 3);
        DeviceView<int> indices = buffers.Input([0, 1]);
        DeviceView<float> table = buffers.Input(6), output = buffers.Output(6);
        Assert.That(
            () => Device.Embedding.Forward(table, indices, output, 3, 3), Throws.ArgumentException.With.Message.Contains("asks for 9"));
        Assert.That(
            () => Device.Embedding.Backward(indices, output, table, 1, 4), Throws.ArgumentException.With.Message.Contains("asks for 8"));
        Assert.That(
            () => Device.Embedding.IndicesWhereEqual(table.Slice(0, 1), 1f, indices),
            Throws.ArgumentException.With.Message.Contains("asks for 2"));
        Assert.That(
            () => Device.Embedding.IndicesOfColumn(table, 4, 0, indices), Throws.ArgumentException.With.Message.Contains("asks for 8"));
        Assert.That(
            () => Device.Embedding.IndicesOfColumn(table, 3, 3, indices), Throws.ArgumentException.With.Message.Contains("no column 3"));
    }
}
