using Ctm.Kernels.Attention;
using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Attention;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class AttentionKernelsTests(string deviceName)
{
    // Measured float32 against float64 over these shapes: up to 1.6e-7 on the host and the simulator.
    private const double Tolerance = 2e-6;

    private static readonly AttentionShape[] Shapes =
    [
        new(0, 3, 1, 4),
        new(1, 1, 1, 1),
        new(1, 5, 2, 6),
        new(2, 1, 3, 15),
        new(3, 4, 1, 16),
        new(2, 7, 2, 34),
        new(1, 16, 4, 64),
        new(3, 17, 2, 62),
        new(2, 36, 4, 128),
        new(2, 33, 1, 33),
        new(2, 65, 3, 51),
        new(1, 68, 2, 136),
        new(0, 3, 1, 4) { Queries = 2 },
        new(2, 5, 2, 6) { Queries = 0 },
        new(1, 3, 1, 4) { Queries = 3 },
        new(3, 5, 2, 8) { Queries = 5 },
        new(2, 17, 3, 21) { Queries = 4 },
        new(3, 26, 4, 64) { Queries = 26 },
    ];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void ForwardAndBackward_AwkwardShapes_EqualOracle([ValueSource(nameof(Shapes))] AttentionShape shape)
    {
        using var buffers = new Buffers(Device, shape.Tokens);
        Ticks ticks = new(buffers, shape, 1, 3f);
        ticks.Run(Device);
        double[] q = Oracle.Doubles(ticks.Queries), kv = Oracle.Doubles(ticks.KeysValues), dy = Oracle.Doubles(ticks.OutputGradients);
        (double[] weights, double[] output) = AttentionOracle.Forward(q, kv, shape);
        (double[] scores, double[] dq, double[] dkv) = AttentionOracle.Backward(dy, q, kv, weights, shape);
        Oracle.AreClose(ticks.Weights, weights, Tolerance, "weights");
        Oracle.AreClose(ticks.Outputs, output, Tolerance, "output");
        Oracle.AreClose(ticks.ScoreGradients, scores, Tolerance, "score gradient");
        Oracle.AreClose(ticks.QueryGradients, dq, Tolerance, "query gradient");
        Oracle.AreClose(ticks.KeysValuesGradient, [.. dkv.Zip(ticks.Before, (a, b) => a + b)], Tolerance, "keys and values gradient");
        double Loss() => AttentionOracle.Forward(q, kv, shape).Output.Zip(dy, (a, b) => a * b).Sum();
        Oracle.GradientHolds(Loss, q, dq, "query gradient");
        Oracle.GradientHolds(Loss, kv, dkv, "keys and values gradient");
    }

    [TestCase(0, 1)]
    [TestCase(2, 1)]
    [TestCase(7, 1)]
    [TestCase(3, 4)]
    public void BackwardKeysValues_ManyTicks_AddsAllToWhatWasThere(int count, int queries)
    {
        var shape = new AttentionShape(2, 19, 2, 40) { Queries = queries };
        using var buffers = new Buffers(Device, count);
        Ticks ticks = new(buffers, shape, count, 2f);
        ticks.Run(Device);
        double[] kv = Oracle.Doubles(ticks.KeysValues), expected = [.. ticks.Before.Select(x => (double)x)];
        for (int t = 0; t < count; t++)
        {
            int at = t * shape.QueryLength;
            double[] q = Oracle.Doubles(ticks.Queries)[at..(at + shape.QueryLength)];
            double[] dy = Oracle.Doubles(ticks.OutputGradients)[at..(at + shape.QueryLength)];
            double[] weights = AttentionOracle.Forward(q, kv, shape).Weights;
            double[] gradient = AttentionOracle.Backward(dy, q, kv, weights, shape).KeysValues;
            expected = [.. expected.Zip(gradient, (a, b) => a + b)];
        }

        Oracle.AreClose(ticks.KeysValuesGradient, expected, Tolerance, "keys and values gradient");
    }

    [TestCase(20)]
    [TestCase(23)]
    public void Forward_ScoresFarBelowZero_StaysFinite(int tokens)
    {
        var shape = new AttentionShape(2, tokens, 1, 16);
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> query = buffers.Input([.. Enumerable.Repeat(30f, 2 * 16)]);
        DeviceView<float> keysValues = buffers.Input([.. Enumerable.Repeat(-30f, 2 * tokens * 32)]);
        DeviceView<float> weights = buffers.Output(2 * tokens), output = buffers.Output(2 * 16);
        Device.Attention.Forward(query, keysValues, weights, output, shape);
        Oracle.AreClose(weights, [.. Enumerable.Repeat(1.0 / tokens, 2 * tokens)], 1e-6, "weights");
        Oracle.AreClose(output, [.. Enumerable.Repeat(-30.0, 2 * 16)], 1e-6, "output");
    }

    [Test]
    public void Forward_WrongSizes_Throw()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> four = buffers.Input(4), eight = buffers.Input(8);
        Assert.That(() => Device.Attention.Forward(four, eight, four, four, new(1, 1, 3, 4)), Throws.ArgumentException.With.Message.Contains("3 heads"));
        Assert.That(() => Device.Attention.Forward(four, four, four, four, new(1, 1, 1, 4)), Throws.ArgumentException.With.Message.Contains("asks for 8"));
    }

    [Test]
    public void ForwardAndBackward_OneAndTwoThreads_AreBitEqual([Values(1, 9)] int queries)
    {
        var shape = new AttentionShape(16, 36, 4, 132) { Queries = queries };
        float[][] results = [.. new[] { 1, 2 }.Select(threads =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var buffers = new Buffers(device, 5);
            Ticks ticks = new(buffers, shape, 5, 2f);
            ticks.Run(device);
            return (float[])[.. ticks.Outputs.ToArray(), .. ticks.QueryGradients.ToArray(), .. ticks.KeysValuesGradient.ToArray()];
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[0], Has.None.NaN);
    }

    /// <summary>All buffers of a few ticks.</summary>
    private sealed class Ticks(Buffers buffers, AttentionShape shape, int count, float scale)
    {
        public DeviceView<float> Queries { get; } = buffers.Input(count * shape.QueryLength, scale);

        public DeviceView<float> KeysValues { get; } = buffers.Input(2 * shape.Batch * shape.Tokens * shape.Width);

        public DeviceView<float> OutputGradients { get; } = buffers.Input(count * shape.QueryLength);

        public DeviceView<float> Weights { get; } = buffers.Output(count * shape.WeightLength);

        public DeviceView<float> ScoreGradients { get; } = buffers.Output(count * shape.WeightLength);

        public DeviceView<float> Outputs { get; } = buffers.Output(count * shape.QueryLength);

        public DeviceView<float> QueryGradients { get; } = buffers.Output(count * shape.QueryLength);

        public float[] Before { get; } = buffers.Values(2 * shape.Batch * shape.Tokens * shape.Width);

        public DeviceView<float> KeysValuesGradient { get; private set; }

        public void Run(ComputeDevice device)
        {
            KeysValuesGradient = buffers.Input(Before);
            int row = shape.QueryLength, scores = shape.WeightLength;
            for (int t = 0; t < count; t++)
            {
                DeviceView<float> query = Queries.Slice(t * row, row), weights = Weights.Slice(t * scores, scores);
                device.Attention.Forward(query, KeysValues, weights, Outputs.Slice(t * row, row), shape);
                device.Attention.BackwardQuery(
                    OutputGradients.Slice(t * row, row),
                    query,
                    KeysValues,
                    weights,
                    ScoreGradients.Slice(t * scores, scores),
                    QueryGradients.Slice(t * row, row),
                    shape);
            }

            device.Attention.BackwardKeysValues(OutputGradients, Queries, Weights, ScoreGradients, KeysValuesGradient, count, shape);
        }
    }
}
