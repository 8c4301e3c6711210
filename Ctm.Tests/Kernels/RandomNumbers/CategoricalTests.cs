using Ctm.Kernels.Devices;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Tests.Kernels.RandomNumbers;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class CategoricalTests(string deviceName)
{
    private const ulong Seed = 0x12345678_9ABCDEF0, Stream = 0x55556666_77778888;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Categorical_AwkwardShapes_InvertsTheCumulatedProbabilities(
        [Values(0, 1, 3, 5, 64, 257)] int rows, [Values(1, 2, 3, 7, 33)] int classes)
    {
        using var buffers = new Buffers(Device, rows + classes);
        float[] logits = buffers.Values(rows * classes, 3f);
        DeviceView<int> drawn = buffers.IntOutput(rows);
        Device.Random.Categorical(buffers.Input(logits), drawn, classes, Seed, Stream);
        int[] actual = drawn.ToArray();
        for (int k = 0; k < rows; k++)
        {
            double[] shares = [.. logits.Skip(k * classes).Take(classes).Select(x => Math.Exp(x))];
            Philox draw = Philox.Draw(Seed, Stream, (uint)(k / 4));
            uint word = (k % 4) switch { 0 => draw.X, 1 => draw.Y, 2 => draw.Z, _ => draw.W };
            double threshold = (word >> 8) / 16777216.0 * shares.Sum(), below = shares.Take(actual[k]).Sum();

            // The slack is float32's rounding of the probabilities: only a draw that close to an edge may fall on either side.
            double slack = 1e-5 * shares.Sum();
            Assert.That(actual[k], Is.InRange(0, classes - 1));
            Assert.That(threshold, Is.InRange(below - slack, below + shares[actual[k]] + slack), $"row {k}");
        }
    }

    [Test]
    public void Categorical_ManyDraws_HaveTheProbabilities()
    {
        const int rows = 20000;
        float[] probabilities = [0.5f, 0.3f, 0f, 0.2f];
        using var buffers = new Buffers(Device, 1);
        float[] row = [.. probabilities.Select(p => p == 0f ? float.NegativeInfinity : MathF.Log(p))];
        DeviceView<int> drawn = buffers.IntOutput(rows);
        Device.Random.Categorical(buffers.Input([.. Enumerable.Repeat(row, rows).SelectMany(r => r)]), drawn, 4, Seed, Stream);
        int[] actual = drawn.ToArray();
        for (int c = 0; c < 4; c++)
        {
            // Five standard deviations of a share.
            double slack = 5 * Math.Sqrt(probabilities[c] * (1 - probabilities[c]) / rows);
            Assert.That(actual.Count(a => a == c) / (double)rows, Is.EqualTo(probabilities[c]).Within(slack), $"class {c}");
        }
    }

    [Test]
    public void Categorical_ShortLogits_IsAClearError()
    {
        using var buffers = new Buffers(Device, 1);
        Assert.That(
            () => Device.Random.Categorical(buffers.Input(5), buffers.IntOutput(2), 3, Seed, Stream),
            Throws.ArgumentException.With.Message.Contains("logits holds 5 elements, the shape asks for 6"));
    }
}
