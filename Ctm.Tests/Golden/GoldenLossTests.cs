using System.Text.Json;
using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Kernels.Ctc;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Losses and certainty against the reference. Predictions there have the ticks last, here first.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class GoldenLossTests(string deviceName)
{
    private static readonly string[] Kinds = ["image_classification", "parity", "maze", "qamnist"];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    private static IEnumerable<GoldenCase> SortCases => GoldenFiles.ByRunner("loss").Where(g => Type(g) == "sort");

    private static IEnumerable<GoldenCase> TwoTickCases => GoldenFiles.ByRunner("loss").Where(g => Kinds.Contains(Type(g)));

    [TestCaseSource(nameof(TwoTickCases))]
    public void Golden_TwoTickLoss_EqualsReference(GoldenCase golden)
    {
        JsonElement settings = golden.HyperParameters.GetProperty("loss");
        long[] shape = golden.Shape("in.predictions");
        int batch = (int)shape[0], ticks = (int)shape[^1], classes = (int)shape[^2], positions = shape.Length == 4 ? (int)shape[1] : 1;
        int width = positions * classes;
        int? lookahead = Type(golden) == "maze" ? settings.GetProperty("cirriculum_lookahead").GetInt32() : null;
        using var loss = new TwoTickLoss(
            Device, new LossShape(ticks, batch, positions, classes), settings.GetProperty("use_most_certain").GetBoolean(), lookahead);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        float[] ticksFirst = GoldenChecks.Swap(golden.Singles("in.predictions"), batch * width, ticks);
        Tensor predictions = GoldenChecks.Input(tape, ticksFirst, ticks * batch);
        using DeviceBuffer<int> targets = Device.Allocate<int>(GoldenChecks.Ints(golden.Integers("in.targets")));

        // Certainties are an input of their own there: [B, 2, T] with entropy first.
        float[] certainties = golden.Singles("in.certainties");
        var entropies = new float[ticks * batch];
        for (int i = 0; i < entropies.Length; i++)
        {
            entropies[i] = certainties[(i % batch * 2 * ticks) + (i / batch)];
        }

        using DeviceBuffer<float> entropy = Device.Allocate<float>(entropies);
        loss.Forward(tape, predictions, targets.View, entropy.View);
        golden.Verify("out.loss", loss.Loss.ToArray());
        long[] where = loss.UseMostCertain ? [.. loss.MostCertainTicks.ToArray().Select(t => (long)t)] : [-1];
        golden.Verify("out.where_most_certain", where.Length == golden.Integers("out.where_most_certain").Length ? where : [.. Enumerable.Repeat(-1L, batch)]);
        if (lookahead is not null)
        {
            golden.Verify("out.upto_where", [.. loss.Reach.ToArray().Select(r => (long)r)]);
        }

        golden.Verify("gin.predictions", GoldenChecks.Swap(predictions.Gradient.ToArray(), ticks, batch * width));
    }

    [Test]
    public void Golden_LossCases_AreOfAKindThatIsChecked() =>
        Assert.That(GoldenFiles.ByRunner("loss").Select(Type), Is.All.Matches<string>(t => t == "sort" || Kinds.Contains(t)));

    [TestCaseSource(nameof(SortCases))]
    public void Golden_CtcLoss_EqualsReference(GoldenCase golden)
    {
        long[] shape = golden.Shape("in.predictions");
        int batch = (int)shape[0], classes = (int)shape[1], ticks = (int)shape[2];
        using var loss = new CtcLoss(Device, new CtcShape(ticks, batch, classes, (int)golden.Shape("in.targets")[1]));
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        float[] ticksFirst = GoldenChecks.Swap(golden.Singles("in.predictions"), batch * classes, ticks);
        Tensor predictions = GoldenChecks.Input(tape, ticksFirst, ticks * batch);
        using DeviceBuffer<int> targets = Device.Allocate<int>(GoldenChecks.Ints(golden.Integers("in.targets")));
        loss.Forward(tape, predictions, targets.View);
        golden.Verify("out.loss", loss.Loss.ToArray());
        golden.Verify("gin.predictions", GoldenChecks.Swap(predictions.Gradient.ToArray(), ticks, batch * classes));
    }

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "certainty" })]
    public void Golden_Certainty_EqualsReference(GoldenCase golden)
    {
        int batch = golden.Int("B"), width = golden.Int("out_dims");
        int[] reshaper = [.. golden.HyperParameters.GetProperty("prediction_reshaper").EnumerateArray().Select(e => e.GetInt32())];
        int positions = reshaper.Length == 1 ? 1 : reshaper[0], classes = width / positions;
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> logits = buffers.Input(golden.Singles("in.prediction")), entropy = buffers.Output(batch);
        Device.Losses.NormalizedEntropy(logits, entropy, new LossShape(1, batch, positions, classes));
        golden.Verify("out.certainty", [.. entropy.ToArray().SelectMany(e => new[] { e, 1 - e })]);

        // Certainty is 1 - entropy, so a gradient of both is the difference on the entropy.
        float[] given = golden.Singles("gout.certainty");
        DeviceView<float> entropyGradient = buffers.Input([.. Enumerable.Range(0, batch).Select(b => given[2 * b] - given[(2 * b) + 1])]);
        DeviceView<float> logitsGradient = buffers.Output(logits.Length);
        Device.Losses.NormalizedEntropyBackward(logits, entropyGradient, logitsGradient, new LossShape(1, batch, positions, classes));
        golden.Verify("gin.prediction", logitsGradient.ToArray());
    }

    private static string Type(GoldenCase golden) => golden.HyperParameters.GetProperty("loss").GetProperty("type").GetString()!;
}
