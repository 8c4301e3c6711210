using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Positional embeddings against the reference: what they add to features, and the gradient of every parameter.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class GoldenPositionTests(string deviceName)
{
    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "posemb" })]
    public void Golden_PositionalEmbedding_EqualsReference(GoldenCase golden)
    {
        // One that is the same for every sample may have been kept for one.
        long[] map = [.. golden.HyperParameters.GetProperty("x_shape").EnumerateArray().Select(n => n.GetInt64())];
        int batch = (int)golden.Shape("out.pe")[0], channels = (int)map[1];
        int height = map.Length == 3 ? 1 : (int)map[2], width = (int)map[^1];
        using var set = new ParameterSet(Device);
        PositionalEmbedding embedding = Create(golden, set, channels);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        Tensor features = GoldenChecks.Input(tape, new float[batch * height * width * channels], batch * height * width);
        Tensor y = embedding.Add(tape, new FeatureMap(features, batch, height, width)).Tensor;
        golden.Verify("out.pe", GoldenChecks.ToChannelsFirst(y.Data.ToArray(), batch, channels));
        float[] gradient = GoldenChecks.ToChannelsLast(golden.Singles("gout.pe"), batch, channels);
        GoldenChecks.Backward(tape, y, gradient);
        Assert.That(features.Gradient.ToArray(), Is.EqualTo(gradient));
        GoldenChecks.VerifyGradients(golden, set);
    }

    private static PositionalEmbedding Create(GoldenCase golden, ParameterSet set, int channels) =>
        golden.HyperParameters.GetProperty("positional_embedding_type").GetString() switch
        {
            "learnable-fourier" => new LearnableFourierPositions(set, channels, golden.Int("F_dim"), golden.Int("H_dim")),
            "multi-learnable-fourier" => new MultiLearnableFourierPositions(
                set, channels, golden.Int("F_dim"), golden.Int("H_dim"), golden.Int("N")),
            "custom-rotational" => new RotationalPositions(set, channels),
            "custom-rotational-1d" => new RotationalSequencePositions(set, channels),
            var other => throw new AssertionException($"There is no check for the positional embedding '{other}'."),
        };
}
