using System.Globalization;
using System.Text.RegularExpressions;
using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>Every backbone with every positional embedding that goes with it.</summary>
internal sealed partial class BackboneCombinationTests
{
    private const int Batch = 2;

    private static readonly CtmConfiguration Base = new()
    {
        Ticks = 2,
        Neurons = 16,
        InputWidth = 8,
        Heads = 2,
        OutputNeurons = 4,
        ActionNeurons = 4,
        SynapseDepth = 1,
        MemoryLength = 3,
        HiddenWidth = 2,
        Backbone = "none",
        OutputWidth = 8,
        PredictionReshaper = [4, 2],
        BackboneChannels = 6,
    };

    private static readonly string[] ImageEmbeddings =
        ["none", "learnable-fourier", "multi-learnable-fourier", "custom-rotational", "learned"];

    private static readonly string[] InputParts = ["initial_rgb.weight", "backbone.", "positional_embedding."];

    // Maps of 2 x 2 at least. Two stages of the others, so that all ways of halving are there.
    private static readonly (string Backbone, int Size)[] ImageBackbones =
    [
        ("resnet18-1", 4),
        ("resnet34-2", 8),
        ("resnet50-2", 8),
        ("resnet101-1", 4),
        ("resnet152-1", 4),
        ("shallow-wide", 4),
        ("mnist", 8),
        ("compact", 7),
    ];

    private static IEnumerable<TestCaseData> Combinations =>
    [
        .. from b in ImageBackbones from e in ImageEmbeddings select new TestCaseData(b.Backbone, e, b.Size),
        .. from e in new[] { "none", "custom-rotational-1d", "learned" } select new TestCaseData("parity_backbone", e, 9),
        new("none", "none", 3),
    ];

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(Combinations))]
    public void ForwardAndBackward_LegalCombination_GivesFiniteGradientsToAllOfTheInput(string backbone, string embedding, int size)
    {
        CtmConfiguration c = Base with { Backbone = backbone, PositionalEmbedding = embedding, ImageSize = size };
        using ContinuousThoughtMachine machine = c.Create(Device, 3);
        using var tape = new Tape(Device);
        int height = backbone == "parity_backbone" ? 1 : size;
        float[] predictions = InputPasses.Train(tape, machine, Batch, height, size, c.InputChannels);
        Assert.That(predictions, Has.All.Matches<float>(float.IsFinite));
        foreach (Parameter parameter in machine.Parameters.Parameters)
        {
            float[] gradient = parameter.Gradient.ToArray();
            Assert.That(gradient, Has.All.Matches<float>(float.IsFinite), parameter.Name);
            if (InputParts.Any(part => parameter.Name.StartsWith(part, StringComparison.Ordinal)))
            {
                Assert.That(gradient, Has.Some.Not.Zero, parameter.Name);
            }
        }

        Assert.That(InputPasses.Evaluate(machine, Batch, height, size, c.InputChannels), Has.All.Matches<float>(float.IsFinite));
    }

    [TestCase("parity_backbone", "custom-rotational-1d", 9)]
    [TestCase("resnet18-1", "multi-learnable-fourier", 4)]
    [TestCase("resnet18-1", "custom-rotational", 4)]
    public void Train_ThirdStep_AllocatesNothingOnTheDevice(string backbone, string embedding, int size)
    {
        CtmConfiguration c = Base with { Backbone = backbone, PositionalEmbedding = embedding };
        using ContinuousThoughtMachine machine = c.Create(Device, 3);
        using var tape = new Tape(Device);
        int height = backbone == "parity_backbone" ? 1 : size;
        InputPasses.Train(tape, machine, Batch, height, size, c.InputChannels);
        machine.Parameters.Touch();
        InputPasses.Train(tape, machine, Batch, height, size, c.InputChannels);
        long before = Device.Memory.Allocations;
        int buffers = Device.Memory.LiveBuffers;
        machine.Parameters.Touch();
        InputPasses.Train(tape, machine, Batch, height, size, c.InputChannels);
        Assert.That(Device.Memory.Allocations, Is.EqualTo(before));
        Assert.That(Device.Memory.LiveBuffers, Is.EqualTo(buffers));
    }

    // Blocks of each stage; the 152-layer network has 4 blocks in its second stage, as the reference does.
    [TestCase("resnet18-4", 2, 2, 2, 2)]
    [TestCase("resnet34-4", 3, 4, 6, 3)]
    [TestCase("resnet50-4", 3, 4, 6, 3)]
    [TestCase("resnet101-4", 3, 4, 23, 3)]
    [TestCase("resnet152-4", 3, 4, 36, 3)]
    [TestCase("resnet152-2", 3, 4)]
    public void Create_ResNet_HasTheReferencesBlocks(string backbone, params int[] blocks)
    {
        using var set = new ParameterSet(Device);
        int[] numbers = [.. backbone["resnet".Length..].Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        bool isDeep = numbers[0] >= 50;
        var network = new ResNet(set, numbers[0], numbers[1], 3);
        Match[] names = [.. set.Parameters.Select(p => BlockName().Match(p.Name)).Where(m => m.Success)];
        int[] found = [.. names.GroupBy(m => m.Groups[1].Value).Select(stage => stage.Select(m => m.Groups[2].Value).Distinct().Count())];
        Assert.That(found, Is.EqualTo(blocks));
        int convolutions = names.Count(m => m.Groups[3].Value.StartsWith("conv", StringComparison.Ordinal));
        Assert.That(convolutions, Is.EqualTo((isDeep ? 3 : 2) * blocks.Sum()));
        Assert.That(names.Count(m => m.Groups[3].Value == "downsample.0.weight"), Is.EqualTo(isDeep ? blocks.Length : blocks.Length - 1));
        Assert.That(network.Channels, Is.EqualTo((isDeep ? 256 : 64) << (blocks.Length - 1)));
    }

    [GeneratedRegex(@"^backbone\.layer(\d)\.(\d+)\.(.+)$")]
    private static partial Regex BlockName();
}
