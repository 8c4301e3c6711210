using System.Globalization;
using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Backbones against the reference, in both modes of BatchNorm.</summary>
internal sealed class GoldenBackboneTests
{
    private static IEnumerable<GoldenCase> ResNets => GoldenFiles.ByRunner("backbone").Where(g => Name(g).StartsWith("resnet", StringComparison.Ordinal));

    private static IEnumerable<GoldenCase> DigitBackbones => GoldenFiles.ByRunner("backbone").Where(g => Name(g) == "mnist");

    private static IEnumerable<GoldenCase> QuestionEmbeddings =>
        GoldenFiles.ByRunner("backbone").Where(g => Name(g) == "qamnist-embeddings");

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(ResNets))]
    public void Golden_ResNet_EqualsReference(GoldenCase golden)
    {
        string[] parts = Name(golden)["resnet".Length..].Split('-');
        int channels = (int)golden.Shape("in.x")[1];
        bool hasRgb = golden.Has("param.initial_rgb.weight");
        Verify(golden, set => new ResNet(
            set, int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), channels, hasRgb));
    }

    [TestCaseSource(nameof(DigitBackbones))]
    public void Golden_MnistBackbone_EqualsReference(GoldenCase golden) =>
        Verify(golden, set => new MnistBackbone(set, "backbone_digit", (int)golden.Shape("in.x")[1], golden.Int("d_input")));

    [TestCaseSource(nameof(QuestionEmbeddings))]
    public void Golden_QuestionEmbedding_EqualsReference(GoldenCase golden)
    {
        using var set = new ParameterSet(Device);
        var embedding = new QuestionEmbedding(set, golden.Int("d_input"));
        set.Allocate(1);
        using var tape = new Tape(Device);
        int[] indices = GoldenChecks.Ints(golden.Integers("in.index")), operators = GoldenChecks.Ints(golden.Integers("in.operator"));

        // Indices are fixed: those of a model that no file was loaded into must be right too.
        tape.Begin(recording: false);
        golden.Verify("out.index", embedding.Forward(tape, indices, areOperators: false).Data.ToArray());
        GoldenChecks.Load(set, golden);
        tape.Begin(recording: true);
        golden.Verify("out.index", embedding.Forward(tape, indices, areOperators: false).Data.ToArray());
        Tensor words = embedding.Forward(tape, operators, areOperators: true);
        golden.Verify("out.operator", words.Data.ToArray());
        GoldenChecks.Backward(tape, words, golden.Singles("gout.operator"));
        GoldenChecks.VerifyGradients(golden, set);
    }

    private static void Verify(GoldenCase golden, Func<ParameterSet, IBackbone> create)
    {
        long[] shape = golden.Shape("in.x");
        int batch = (int)shape[0], height = (int)shape[2], width = (int)shape[3];
        using var set = new ParameterSet(Device);
        IBackbone network = create(set);
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
        GoldenChecks.VerifyBuffersAfter(golden, set);
    }

    private static float[] Image(FeatureMap map) => GoldenChecks.ToChannelsFirst(map.Tensor.Data.ToArray(), map.Batch, map.Channels);

    private static string Name(GoldenCase golden) => golden.HyperParameters.GetProperty("backbone").GetString()!;
}
