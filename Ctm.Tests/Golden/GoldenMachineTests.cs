using System.Text.Json;
using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Whole machines against the reference: predictions, tracks, loss, every gradient, in both modes of BatchNorm.</summary>
internal sealed class GoldenMachineTests
{
    private static IEnumerable<GoldenCase> Machines => GoldenFiles.ByRunner("full").Where(IsCovered);

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Machines))]
    public void Golden_Machine_EqualsReference(GoldenCase golden)
    {
        CtmConfiguration configuration = Configuration(golden);
        JsonElement settings = golden.HyperParameters.GetProperty("loss");
        int ticks = configuration.Ticks;
        using ContinuousThoughtMachine machine = configuration.Create(Device, 1);
        ModelState.Restore(machine.Parameters, golden.State());
        using var tape = new Tape(Device);
        if (golden.Has("out.eval.predictions"))
        {
            tape.Begin(recording: false);
            TickOutput evaluated = machine.Forward(tape, GoldenChecks.Map(tape, golden));
            golden.Verify("out.eval.predictions", TicksLast(evaluated.Predictions, ticks));
            float[] synchronization = evaluated.OutputSynchronization!.Data.ToArray();
            golden.Verify("out.eval.synch_out_last", synchronization[(synchronization.Length / ticks * (ticks - 1))..]);
        }

        tape.Begin(recording: true);
        machine.Parameters.ClearGradients();
        FeatureMap images = GoldenChecks.Map(tape, golden);
        int batch = images.Batch;
        TickOutput output = machine.Forward(tape, images);
        golden.Verify("out.predictions", TicksLast(output.Predictions, ticks));
        golden.Verify("out.pre_activations", output.PreActivations!.Data.ToArray());
        golden.Verify("out.post_activations", output.PostActivations!.Data.ToArray());
        golden.Verify("out.synch_action", output.ActionSynchronization!.Data.ToArray());
        golden.Verify("out.synch_out", output.OutputSynchronization!.Data.ToArray());
        golden.Verify("out.attention", output.Attention!.Weights.Data.ToArray());
        int? lookahead = settings.TryGetProperty("cirriculum_lookahead", out JsonElement l) ? l.GetInt32() : null;
        using var loss = new TwoTickLoss(
            Device,
            new LossShape(ticks, batch, configuration.Positions, configuration.Classes),
            settings.GetProperty("use_most_certain").GetBoolean(),
            lookahead);
        using DeviceBuffer<int> targets = Device.Allocate<int>(GoldenChecks.Ints(golden.Integers("in.targets")).AsSpan());
        loss.Forward(tape, output.Predictions, targets.View);
        golden.Verify("out.loss", loss.Loss.ToArray());
        golden.Verify(
            "out.where_most_certain", [.. loss.MostCertainTicks.ToArray().Select(t => loss.UseMostCertain ? t : -1L)]);
        if (lookahead is not null)
        {
            golden.Verify("out.upto_where", [.. loss.Reach.ToArray().Select(r => (long)r)]);
        }

        golden.Verify("out.certainties", Certainties(loss.Entropy.ToArray(), ticks, batch));
        tape.Backward();
        if (golden.HyperParameters.IsTrue("x_grad"))
        {
            golden.Verify("gin.x", GoldenChecks.ToChannelsFirst(images.Tensor.Gradient.ToArray(), batch, images.Channels));
        }

        GoldenChecks.VerifyGradients(golden, machine.Parameters);
        GoldenChecks.VerifyBuffers(golden, machine.Parameters);
    }

    private static bool IsCovered(GoldenCase golden) =>
        golden.HyperParameters.GetProperty("model_class").GetString() == "ctm";

    private static CtmConfiguration Configuration(GoldenCase golden) =>
        JsonFiles.Parse<CtmConfiguration>(golden.HyperParameters.GetProperty("model_args").GetRawText(), golden.Name);

    private static float[] TicksLast(Tensor predictions, int ticks) =>
        GoldenChecks.Swap(predictions.Data.ToArray(), ticks, predictions.Length / ticks);

    private static float[] Certainties(float[] entropy, int ticks, int batch)
    {
        var result = new float[2 * entropy.Length];
        for (int i = 0; i < entropy.Length; i++)
        {
            int at = (i % batch * 2 * ticks) + (i / batch);
            result[at] = entropy[i];
            result[at + ticks] = 1 - entropy[i];
        }

        return result;
    }
}
