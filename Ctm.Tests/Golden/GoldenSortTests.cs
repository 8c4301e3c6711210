using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Ctc;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>The sorting machine against the reference: predictions, tracks, loss, every gradient.</summary>
internal sealed class GoldenSortTests
{
    private static IEnumerable<GoldenCase> Machines => GoldenChecks.Models("ctm_sort");

    [TestCaseSource(nameof(Machines))]
    public void Golden_SortMachine_EqualsReference(GoldenCase golden)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        SortConfiguration configuration = GoldenChecks.Configuration<SortConfiguration>(golden);
        int batch = (int)golden.Shape("in.x")[0], numbers = (int)golden.Shape("in.x")[1], ticks = configuration.Ticks;
        using SortMachine machine = configuration.Create(device, 1);
        ModelState.Restore(machine.Parameters, golden.State());
        GoldenChecks.VerifyOrder(golden, machine.Parameters);
        using var tape = new Tape(device);
        tape.Begin(recording: true);
        machine.Parameters.ClearGradients();
        Tensor x = GoldenChecks.Input(tape, golden.Singles("in.x"), batch * numbers);
        TickOutput output = machine.Forward(tape, new FeatureMap(x, batch, 1, numbers));
        golden.Verify("out.predictions", GoldenChecks.TicksLast(output.Predictions, ticks));
        golden.Verify("out.certainties", GoldenChecks.Certainties(device, output.Predictions, ticks));
        golden.Verify("out.synch_out", output.OutputSynchronization!.Data.ToArray());
        golden.Verify("out.pre_activations", output.PreActivations!.Data.ToArray());
        golden.Verify("out.post_activations", output.PostActivations!.Data.ToArray());
        Assert.That(output.ActionSynchronization, Is.Null);
        Assert.That(output.Attention, Is.Null);
        using var loss = new CtcLoss(device, new CtcShape(ticks, batch, configuration.Classes, (int)golden.Shape("in.targets")[1]));
        using DeviceBuffer<int> targets = device.Allocate<int>(GoldenChecks.Ints(golden.Integers("in.targets")).AsSpan());
        loss.Forward(tape, output.Predictions, targets.View);
        golden.Verify("out.loss", loss.Loss.ToArray());
        tape.Backward();
        golden.Verify("gin.x", x.Gradient.ToArray());
        GoldenChecks.VerifyGradients(golden, machine.Parameters);
        VerifyDecays(golden, machine.Parameters);
    }

    // The clamp is part of the graph: no gradient at all outside, and the parameter stays what it was.
    private static void VerifyDecays(GoldenCase golden, ParameterSet set)
    {
        Parameter decay = set.Parameters.Single(p => p.Name == "decay_params_out");
        float[] values = golden.Singles("param.decay_params_out"), gradient = decay.Gradient.ToArray();
        Assert.That(decay.Data.ToArray(), Is.EqualTo(values));
        Assert.That(values.Where(v => v is < 0 or > 15), Is.Not.Empty, "values outside the bounds");
        for (int i = 0; i < values.Length; i++)
        {
            Assert.That(gradient[i] == 0, Is.EqualTo(values[i] is < 0 or > 15), $"decay {values[i]}, gradient {gradient[i]}");
        }
    }
}
