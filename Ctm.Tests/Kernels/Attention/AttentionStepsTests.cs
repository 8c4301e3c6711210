using Ctm.Kernels.Attention;
using Ctm.Kernels.Devices;

namespace Ctm.Tests.Kernels.Attention;

/// <summary>Attention step by step, with a mask on the weights between the steps.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class AttentionStepsTests(string deviceName)
{
    private const double Tolerance = 2e-6;

    private static readonly AttentionShape[] Shapes =
    [
        new(0, 3, 1, 4),
        new(1, 1, 1, 1),
        new(2, 7, 2, 34),
        new(3, 17, 2, 62),
        new(2, 36, 4, 128),
        new(3, 5, 2, 8) { Queries = 5 },
    ];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Steps_MaskedWeights_EqualOracle([ValueSource(nameof(Shapes))] AttentionShape shape)
    {
        using var buffers = new Buffers(Device, shape.Tokens);
        AttentionKernels kernels = Device.Attention;
        int keyLength = 2 * shape.Batch * shape.Tokens * shape.Width;
        DeviceView<float> query = buffers.Input(shape.QueryLength, 3f), keysValues = buffers.Input(keyLength);
        DeviceView<float> mask = buffers.Input([.. buffers.Values(shape.WeightLength).Select(v => v > 0 ? 2f : 0f)]);
        DeviceView<float> weights = buffers.Output(shape.WeightLength), masked = buffers.Output(shape.WeightLength);
        DeviceView<float> output = buffers.Output(shape.QueryLength), dy = buffers.Input(shape.QueryLength);
        DeviceView<float> scores = buffers.Output(shape.WeightLength), queryGradient = buffers.Output(shape.QueryLength);
        float[] zeros = new float[keyLength];
        DeviceView<float> gradient = buffers.Input(zeros);
        kernels.Forward(query, keysValues, weights, output, shape);
        Device.Elementwise.Multiply(weights, mask, masked);
        kernels.WeighValues(masked, keysValues, output, shape);
        kernels.BackwardWeights(dy, keysValues, scores, shape);
        Device.Elementwise.Multiply(scores, mask, scores);
        kernels.BackwardScores(keysValues, weights, scores, queryGradient, shape);
        kernels.BackwardKeysValues(dy, query, masked, scores, gradient, 1, shape);
        double[] q = Oracle.Doubles(query), kv = Oracle.Doubles(keysValues), g = Oracle.Doubles(dy), m = Oracle.Doubles(mask);
        (double[] w, double[] y) = AttentionOracle.Forward(q, kv, shape, m);
        (double[] ds, double[] dq, double[] dkv) = AttentionOracle.Backward(g, q, kv, w, shape, m);
        Oracle.AreClose(output, y, Tolerance, "output");
        Oracle.AreClose(scores, ds, Tolerance, "score gradient");
        Oracle.AreClose(queryGradient, dq, Tolerance, "query gradient");
        Oracle.AreClose(gradient, dkv, Tolerance, "keys and values gradient");
        double Loss() => AttentionOracle.Forward(q, kv, shape, m).Output.Zip(g, (a, b) => a * b).Sum();
        Oracle.GradientHolds(Loss, q, dq, "query gradient");
        Oracle.GradientHolds(Loss, kv, dkv, "keys and values gradient");
    }

    [Test]
    public void Steps_ShortViews_NameThem()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> four = buffers.Input(4), eight = buffers.Input(8);
        var shape = new AttentionShape(1, 1, 1, 4);
        Assert.That(
            () => Device.Attention.WeighValues(four, four, four, shape),
            Throws.ArgumentException.With.Message.Contains("keysValues holds 4"));
        Assert.That(
            () => Device.Attention.BackwardWeights(four.Slice(0, 3), eight, four, shape),
            Throws.ArgumentException.With.Message.Contains("outputGradient holds 3"));
        Assert.That(
            () => Device.Attention.BackwardScores(eight, four, four.Slice(0, 0), four, shape),
            Throws.ArgumentException.With.Message.Contains("scoreGradient holds 0"));
    }
}
