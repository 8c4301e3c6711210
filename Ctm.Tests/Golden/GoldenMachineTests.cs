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

/// <summary>Whole models that answer at every tick against the reference: predictions, tracks, loss, every gradient, in both modes of BatchNorm.</summary>
internal sealed class GoldenMachineTests
{
    private static IEnumerable<GoldenCase> Machines => GoldenFiles.ByRunner("full").Where(IsCovered);

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Machines))]
    public void Golden_Machine_EqualsReference(GoldenCase golden)
    {
        TickModelConfiguration configuration = Configuration(golden);
        JsonElement settings = golden.HyperParameters.GetProperty("loss");
        long[] shape = golden.Shape("in.x");
        int batch = (int)shape[0], height = (int)shape[2], width = (int)shape[3], ticks = configuration.TickCount;
        using TickModel machine = configuration.Create(Device, 1);
        ModelState.Restore(machine.Parameters, golden.State());
        float[] pixels = GoldenChecks.ToChannelsLast(golden.Singles("in.x"), batch, (int)shape[1]);
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        TickOutput output = machine.Forward(tape, Images(tape, pixels, batch, height, width));
        golden.Verify("out.eval.predictions", TicksLast(output.Predictions, ticks));

        tape.Begin(recording: true);
        machine.Parameters.ClearGradients();
        FeatureMap images = Images(tape, pixels, batch, height, width);
        output = machine.Forward(tape, images);
        golden.Verify("out.predictions", TicksLast(output.Predictions, ticks));
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
            golden.Verify("out.certainties", Certainties(loss.Entropy.ToArray(), ticks, batch));
        }

        tape.Backward();
        if (golden.HyperParameters.IsTrue("x_grad"))
        {
            golden.Verify("gin.x", GoldenChecks.ToChannelsFirst(images.Tensor.Gradient.ToArray(), batch, images.Channels));
        }

        GoldenChecks.VerifyGradients(golden, machine.Parameters);
        StateDictionary after = ModelState.Capture(machine.Parameters);
        foreach (string name in golden.Group("out.buffer_after."))
        {
            StateTensor tensor = after[name];
            if (tensor.Kind == StateTensorKind.Int64)
            {
                golden.Verify("out.buffer_after." + name, tensor.Integers);
            }
            else
            {
                golden.Verify("out.buffer_after." + name, tensor.Singles);
            }
        }
    }

    private static void VerifyTrack(GoldenCase golden, string name, Tensor? track)
    {
        if (golden.Has("out." + name))
        {
            golden.Verify("out." + name, track!.Data.ToArray());
        }
    }

    private static bool IsCovered(GoldenCase golden)
    {
        JsonElement arguments = golden.HyperParameters.GetProperty("model_args");
        return Kind(golden) is "ctm" or "lstm" or "ff"
            && arguments.GetProperty("backbone_type").GetString()!.StartsWith("resnet", StringComparison.Ordinal)
            && (!arguments.TryGetProperty("positional_embedding_type", out JsonElement positions) || positions.GetString() == "none");
    }

    private static string Kind(GoldenCase golden) => golden.HyperParameters.GetProperty("model_class").GetString()!;

    private static TickModelConfiguration Configuration(GoldenCase golden)
    {
        JsonObject arguments = JsonNode.Parse(golden.HyperParameters.GetProperty("model_args").GetRawText())!.AsObject();
        arguments.Insert(0, "model", Kind(golden));
        return JsonFiles.Parse<TickModelConfiguration>(arguments.ToJsonString(), golden.Name);
    }

    private static FeatureMap Images(Tape tape, float[] pixels, int batch, int height, int width) =>
        new(GoldenChecks.Input(tape, pixels, batch * height * width), batch, height, width);

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
