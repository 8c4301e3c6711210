using System.Globalization;
using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>ResNets against the reference, in both modes of BatchNorm.</summary>
internal sealed class GoldenBackboneTests
{
    private static IEnumerable<GoldenCase> ResNets => GoldenFiles.ByRunner("backbone").Where(g => Name(g).StartsWith("resnet", StringComparison.Ordinal));

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(ResNets))]
    public void Golden_ResNet_EqualsReference(GoldenCase golden)
    {
        string[] parts = Name(golden)["resnet".Length..].Split('-');
        long[] shape = golden.Shape("in.x");
        int batch = (int)shape[0], height = (int)shape[2], width = (int)shape[3];
        using var set = new ParameterSet(Device);
        bool hasRgb = golden.Has("param.initial_rgb.weight");
        var network = new ResNet(set, int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), (int)shape[1], hasRgb);
        GoldenChecks.Load(set, golden);
        float[] pixels = GoldenChecks.ToChannelsLast(golden.Singles("in.x"), batch, (int)shape[1]);
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        FeatureMap x = new(GoldenChecks.Input(tape, pixels, batch * height * width), batch, height, width);
        golden.Verify("out.eval.y", Image(network.Forward(tape, x)));
        tape.Begin(recording: true);
        x = x with { Tensor = GoldenChecks.Input(tape, pixels, batch * height * width) };
        FeatureMap y = network.Forward(tape, x);
        golden.Verify("out.y", Image(y));
        GoldenChecks.Backward(tape, y.Tensor, GoldenChecks.ToChannelsLast(golden.Singles("gout.y"), batch, y.Channels));
        if (golden.HyperParameters.IsTrue("x_grad"))
        {
            golden.Verify("gin.x", GoldenChecks.ToChannelsFirst(x.Tensor.Gradient.ToArray(), batch, x.Channels));
        }

        GoldenChecks.VerifyGradients(golden, set);
        Ctm.Engine.Files.StateDictionary after = ModelState.Capture(set);
        foreach (ModelBuffer buffer in set.Buffers)
        {
            if (buffer.Values is null)
            {
                golden.Verify("out.buffer_after." + buffer.Name, after[buffer.Name].Integers);
            }
            else
            {
                golden.Verify("out.buffer_after." + buffer.Name, after[buffer.Name].Singles);
            }
        }
    }

    private static float[] Image(FeatureMap map) => GoldenChecks.ToChannelsFirst(map.Tensor.Data.ToArray(), map.Batch, map.Channels);

    private static string Name(GoldenCase golden) => golden.HyperParameters.GetProperty("backbone").GetString()!;
}
