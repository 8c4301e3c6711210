using System.Text.Json;
using System.Text.Json.Nodes;
using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>
/// Whole models that answer at every tick against the reference: predictions, tracks, loss, every gradient, in both modes of BatchNorm.
/// </summary>
internal sealed class GoldenMachineTests
{
    private static IEnumerable<GoldenCase> Machines =>
        GoldenChecks.Models("ctm").Concat(GoldenChecks.Models("lstm")).Concat(GoldenChecks.Models("ff"));

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Machines))]
    public void Golden_Machine_EqualsReference(GoldenCase golden)
    {
        TickModelConfiguration configuration = Configuration(golden);
        JsonElement settings = golden.HyperParameters.GetProperty("loss");
        int ticks = configuration.TickCount;
        using TickModel machine = configuration.Create(Device, 1);
        ModelState.Restore(machine.Parameters, golden.State());
        using var tape = new Tape(Device);
        if (golden.Has("out.eval.predictions"))
        {
            tape.Begin(recording: false);
            TickOutput evaluated = machine.Forward(tape, GoldenChecks.Map(tape, golden));
            golden.Verify("out.eval.predictions", GoldenChecks.TicksLast(evaluated.Predictions, ticks));
            if (golden.Has("out.eval.synch_out_last"))
            {
                float[] synchronization = evaluated.OutputSynchronization!.Data.ToArray();
                golden.Verify("out.eval.synch_out_last", synchronization[(synchronization.Length / ticks * (ticks - 1))..]);
            }
        }

        tape.Begin(recording: true);
        machine.Parameters.ClearGradients();
        FeatureMap images = GoldenChecks.Map(tape, golden);
        int batch = images.Batch;
        TickOutput output = machine.Forward(tape, images);
        golden.Verify("out.predictions", GoldenChecks.TicksLast(output.Predictions, ticks));
        VerifyTrack(golden, "pre_activations", output.PreActivations);
        VerifyTrack(golden, "post_activations", output.PostActivations);
        VerifyTrack(golden, "activations", output.PostActivations);
        VerifyTrack(golden, "synch_action", output.ActionSynchronization);
        VerifyTrack(golden, "synch_out", output.OutputSynchronization);
        VerifyTrack(golden, "attention", output.Attention?.Weights);
        int? lookahead = settings.TryGetProperty("cirriculum_lookahead", out JsonElement l) ? l.GetInt32() : null;
        using var loss = new TwoTickLoss(
            Device,
            new LossShape(ticks, batch, configuration.Positions, configuration.Classes),
            settings.IsTrue("use_most_certain"),
            lookahead);
        using DeviceBuffer<int> targets = Device.Allocate<int>(GoldenChecks.Ints(golden.Integers("in.targets")).AsSpan());
        loss.Forward(tape, output.Predictions, targets.View);
        golden.Verify("out.loss", loss.Loss.ToArray());
        if (golden.Has("out.where_most_certain"))
        {
            // The reference says -1 where it takes the last tick.
            golden.Verify("out.where_most_certain", [.. loss.MostCertainTicks.ToArray().Select(t => loss.UseMostCertain ? t : -1L)]);
            golden.Verify("out.certainties", GoldenChecks.Certainties(loss.Entropy.ToArray(), ticks));
        }

        if (lookahead is not null)
        {
            golden.Verify("out.upto_where", [.. loss.Reach.ToArray().Select(r => (long)r)]);
        }

        tape.Backward();
        if (golden.HyperParameters.IsTrue("x_grad"))
        {
            golden.Verify("gin.x", GoldenChecks.ToChannelsFirst(images.Tensor.Gradient.ToArray(), batch, images.Channels));
        }

        GoldenChecks.VerifyGradients(golden, machine.Parameters);
        GoldenChecks.VerifyBuffers(golden, machine.Parameters);
    }

    private static void VerifyTrack(GoldenCase golden, string name, Tensor? track)
    {
        if (golden.Has("out." + name))
        {
            golden.Verify("out." + name, track!.Data.ToArray());
        }
    }

    private static TickModelConfiguration Configuration(GoldenCase golden)
    {
        JsonObject arguments = JsonNode.Parse(golden.HyperParameters.GetProperty("model_args").GetRawText())!.AsObject();
        arguments.Insert(0, "model", golden.HyperParameters.GetProperty("model_class").GetString());
        return JsonFiles.Parse<TickModelConfiguration>(arguments.ToJsonString(), golden.Name);
    }
}
