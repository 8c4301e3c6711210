using System.Text.Json;
using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>The Q&amp;A MNIST models against the reference: predictions, tracks, loss, every gradient, both modes of BatchNorm.</summary>
internal sealed class GoldenQamnistTests
{
    private static IEnumerable<GoldenCase> Machines => GoldenChecks.Models("ctm_qamnist");

    private static IEnumerable<GoldenCase> Baselines => GoldenChecks.Models("lstm_qamnist");

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Machines))]
    public void Golden_QamnistMachine_EqualsReference(GoldenCase golden) =>
        Verify(golden, GoldenChecks.Configuration<QamnistConfiguration>(golden));

    [TestCaseSource(nameof(Baselines))]
    public void Golden_QamnistLstm_EqualsReference(GoldenCase golden) =>
        Verify(golden, GoldenChecks.Configuration<QamnistLstmConfiguration>(golden));

    private static void Verify(GoldenCase golden, QamnistModelConfiguration configuration)
    {
        long[] shape = golden.Shape("in.x");
        int batch = (int)shape[0], pixels = (int)(shape[3] * shape[4]);
        using QamnistModel model = configuration.Create(Device, 1);
        ModelState.Restore(model.Parameters, golden.State());
        GoldenChecks.VerifyOrder(golden, model.Parameters);
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        QamnistOutput output = model.Forward(tape, Input(tape, golden));
        int ticks = output.Ticks.Ticks;
        golden.Verify("out.eval.predictions", GoldenChecks.TicksLast(output.Ticks.Predictions, ticks));
        golden.Verify("out.eval.certainties", GoldenChecks.Certainties(Device, output.Ticks.Predictions, ticks));
        VerifyLastSynchronization(golden, "out.eval.synch_out_last", output.Ticks);

        tape.Begin(recording: true);
        model.Parameters.ClearGradients();
        QamnistInput input = Input(tape, golden);
        output = model.Forward(tape, input);
        VerifyTracks(golden, output);
        VerifyLoss(golden, tape, output, configuration);
        tape.Backward();
        float[] gradient = InputGradient(input, pixels);
        golden.Verify("gin.x", GoldenChecks.Swap(gradient, input.ImageOfTick.Count, batch));
        GoldenChecks.VerifyGradients(golden, model.Parameters);
        GoldenChecks.VerifyBuffers(golden, model.Parameters);
    }

    private static QamnistInput Input(Tape tape, GoldenCase golden)
    {
        long[] shape = golden.Shape("in.x");
        return QamnistInput.Create(
            tape, golden.Singles("in.x"), GoldenChecks.Ints(golden.Integers("in.z")), (int)shape[0], (int)shape[3], (int)shape[4]);
    }

    private static void VerifyTracks(GoldenCase golden, QamnistOutput output)
    {
        TickOutput all = output.Ticks;
        golden.Verify("out.predictions", GoldenChecks.TicksLast(all.Predictions, all.Ticks));
        golden.Verify("out.certainties", GoldenChecks.Certainties(Device, all.Predictions, all.Ticks));
        golden.Verify("out.attention", all.Attention!.Weights.Data.ToArray());
        golden.Verify("out.embeddings", [.. output.Question.SelectMany(q => q.Data.ToArray())]);
        VerifyLastSynchronization(golden, "out.synch_out_last", all);
        if (all.PreActivations is { } preActivations)
        {
            golden.Verify("out.pre_activations", preActivations.Data.ToArray());
        }

        golden.Verify(all.PreActivations is null ? "out.activations" : "out.post_activations", all.PostActivations!.Data.ToArray());
    }

    private static void VerifyLastSynchronization(GoldenCase golden, string name, TickOutput all)
    {
        Assert.That(golden.Has(name), Is.EqualTo(all.OutputSynchronization is not null), name);
        if (all.OutputSynchronization is { } synchronization)
        {
            int length = all.Batch * synchronization.Columns;
            golden.Verify(name, synchronization.Data.Slice(synchronization.Length - length, length).ToArray());
        }
    }

    private static void VerifyLoss(GoldenCase golden, Tape tape, QamnistOutput output, QamnistModelConfiguration configuration)
    {
        JsonElement settings = golden.HyperParameters.GetProperty("loss");
        int answers = settings.GetProperty("num_answer_steps").GetInt32(), batch = output.Ticks.Batch;
        bool useMostCertain = settings.GetProperty("use_most_certain").GetBoolean();
        Assert.That(answers, Is.EqualTo(configuration.AnswerTicks));
        using var loss = new TwoTickLoss(Device, new LossShape(answers, batch, 1, configuration.OutputWidth), useMostCertain);
        using DeviceBuffer<int> targets = Device.Allocate<int>(GoldenChecks.Ints(golden.Integers("in.targets")).AsSpan());
        loss.Forward(tape, output.Answers, targets.View);
        golden.Verify("out.loss", loss.Loss.ToArray());
        long[] ticks = [.. loss.MostCertainTicks.ToArray().Select(t => useMostCertain ? t : -1L)];
        golden.Verify("out.where_most_certain", ticks);
    }

    // [ticks, B, pixels]: an image's gradient is that of its first tick.
    private static float[] InputGradient(QamnistInput input, int pixels)
    {
        float[] images = input.Images.Tensor.Gradient.ToArray();
        int length = input.Batch * pixels;
        return [.. input.ImageOfTick.SelectMany((image, tick) => tick == 0 || input.ImageOfTick[tick - 1] != image
            ? images[(image * length)..((image + 1) * length)]
            : new float[length])];
    }
}
