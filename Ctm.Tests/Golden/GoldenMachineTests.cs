using System.Text.Json;
using Ctm.Engine.Autograd;
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
    private static IEnumerable<GoldenCase> Machines => GoldenChecks.Models("ctm").Where(IsCovered);

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Machines))]
    public void Golden_Machine_EqualsReference(GoldenCase golden)
    {
        CtmConfiguration configuration = GoldenChecks.Configuration<CtmConfiguration>(golden);
        JsonElement settings = golden.HyperParameters.GetProperty("loss");
        long[] shape = golden.Shape("in.x");
        int batch = (int)shape[0], height = (int)shape[2], width = (int)shape[3], ticks = configuration.Ticks;
        using ContinuousThoughtMachine machine = configuration.Create(Device, 1);
        ModelState.Restore(machine.Parameters, golden.State());
        float[] pixels = GoldenChecks.ToChannelsLast(golden.Singles("in.x"), batch, (int)shape[1]);
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        TickOutput output = machine.Forward(tape, Images(tape, pixels, batch, height, width));
        golden.Verify("out.eval.predictions", GoldenChecks.TicksLast(output.Predictions, ticks));

        tape.Begin(recording: true);
        machine.Parameters.ClearGradients();
        FeatureMap images = Images(tape, pixels, batch, height, width);
        output = machine.Forward(tape, images);
        golden.Verify("out.predictions", GoldenChecks.TicksLast(output.Predictions, ticks));
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
        golden.Verify("out.where_most_certain", [.. loss.MostCertainTicks.ToArray().Select(t => (long)t)]);
        golden.Verify("out.certainties", GoldenChecks.Certainties(loss.Entropy.ToArray(), ticks));
        tape.Backward();
        golden.Verify("gin.x", GoldenChecks.ToChannelsFirst(images.Tensor.Gradient.ToArray(), batch, images.Channels));
        GoldenChecks.VerifyGradients(golden, machine.Parameters);
        GoldenChecks.VerifyBuffersAfter(golden, machine.Parameters);
    }

    private static bool IsCovered(GoldenCase golden) =>
        golden.HyperParameters.GetProperty("model_args").GetProperty("positional_embedding_type").GetString() == "none"
        && golden.HyperParameters.GetProperty("model_args").GetProperty("backbone_type").GetString()!.StartsWith("resnet", StringComparison.Ordinal);

    private static FeatureMap Images(Tape tape, float[] pixels, int batch, int height, int width) =>
        new(GoldenChecks.Input(tape, pixels, batch * height * width), batch, height, width);
}
