using System.Globalization;
using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Backbones of images and sequences against the reference, in both modes of BatchNorm.</summary>
internal sealed class GoldenBackboneTests
{
    private static readonly string[] Others = ["parity_backbone", "shallow-wide"];

    private static IEnumerable<GoldenCase> Cases => GoldenFiles.ByRunner("backbone")
        .Where(g => Name(g).StartsWith("resnet", StringComparison.Ordinal) || Others.Contains(Name(g)));

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Cases))]
    public void Golden_Backbone_EqualsReference(GoldenCase golden)
    {
        using var set = new ParameterSet(Device);
        IBackbone backbone = Create(golden, set);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        if (golden.Has("out.eval.y"))
        {
            tape.Begin(recording: false);
            golden.Verify("out.eval.y", Image(backbone.Forward(tape, GoldenChecks.Map(tape, golden))));
        }

        tape.Begin(recording: true);
        FeatureMap x = GoldenChecks.Map(tape, golden), y = backbone.Forward(tape, x);
        golden.Verify("out.y", Image(y));
        Assert.That(y.Channels, Is.EqualTo(backbone.Channels));
        if (x.Height == x.Width)
        {
            Assert.That(y.Width, Is.EqualTo(backbone.MapSize(x.Width)));
        }

        GoldenChecks.Backward(tape, y.Tensor, GoldenChecks.ToChannelsLast(golden.Singles("gout.y"), y.Batch, y.Channels));
        if (golden.HyperParameters.IsTrue("x_grad"))
        {
            golden.Verify("gin.x", GoldenChecks.ToChannelsFirst(x.Tensor.Gradient.ToArray(), x.Batch, x.Channels));
        }

        GoldenChecks.VerifyGradients(golden, set);
        GoldenChecks.VerifyBuffers(golden, set);
    }

    private static IBackbone Create(GoldenCase golden, ParameterSet set)
    {
        switch (Name(golden))
        {
            case "parity_backbone":
                return new ParityBackbone(set, golden.Int("d_input"));
            case "shallow-wide":
                return new ShallowWide(set, (int)golden.Shape("in.x")[1]);
            default:
                int[] numbers = [.. Name(golden)["resnet".Length..].Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
                return new ResNet(set, numbers[0], numbers[1], (int)golden.Shape("in.x")[1], golden.Has("param.initial_rgb.weight"));
        }
    }

    private static float[] Image(FeatureMap map) => GoldenChecks.ToChannelsFirst(map.Tensor.Data.ToArray(), map.Batch, map.Channels);

    private static string Name(GoldenCase golden) => golden.HyperParameters.GetProperty("backbone").GetString()!;
}
