using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>The backbones of agents against the reference.</summary>
internal sealed class GoldenAgentBackboneTests
{
    private static IEnumerable<GoldenCase> Backbones =>
        GoldenFiles.ByRunner("backbone").Where(g => Name(g) is ClassicControlBackbone.Name or MiniGridBackbone.Name);

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Backbones))]
    public void Golden_AgentBackbone_EqualsReference(GoldenCase golden)
    {
        long[] shape = golden.Shape("in.x");
        int batch = (int)shape[0], channels = (int)shape[^1], width = golden.Int("d_input");
        bool isGrid = Name(golden) == MiniGridBackbone.Name;
        using var set = new ParameterSet(Device);
        IBackbone backbone = isGrid ? new MiniGridBackbone(set, width) : new ClassicControlBackbone(set, channels, width);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        float[] values = golden.Singles("in.x");
        Tensor x = GoldenChecks.Input(tape, values, values.Length / channels);
        var map = new FeatureMap(x, batch, isGrid ? (int)shape[1] : 1, isGrid ? (int)shape[2] : 1);
        Tensor y = backbone.Forward(tape, map).Tensor;
        golden.Verify("out.y", y.Data.ToArray());
        GoldenChecks.Backward(tape, y, golden.Singles("gout.y"));
        if (golden.HyperParameters.IsTrue("x_grad"))
        {
            golden.Verify("gin.x", x.Gradient.ToArray());
        }

        GoldenChecks.VerifyGradients(golden, set);
    }

    private static string Name(GoldenCase golden) => golden.HyperParameters.GetProperty("backbone").GetString()!;
}
