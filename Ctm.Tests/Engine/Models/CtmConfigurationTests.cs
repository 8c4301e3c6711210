using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

internal sealed class CtmConfigurationTests
{
    private static readonly string[] ReferenceBackbones =
    [
        .. from layers in new[] { 18, 34, 50, 101, 152 } from stages in Enumerable.Range(1, 4) select $"resnet{layers}-{stages}",
        "shallow-wide",
        "parity_backbone",
        "none",
    ];

    internal static readonly CtmConfiguration Base = new()
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
        Backbone = "resnet18-1",
        OutputWidth = 8,
    };

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(nameof(ReferenceBackbones))]
    public void Validate_ReferenceBackbone_Passes(string backbone) =>
        Assert.That((Base with { Backbone = backbone }).Validate, Throws.Nothing);

    [TestCase("resnet18")]
    [TestCase("resnet18-0")]
    [TestCase("resnet18-5")]
    [TestCase("resnet18-01")]
    [TestCase("resnet18-1-1")]
    [TestCase("resnet 18-1")]
    [TestCase("resnet19-2")]
    [TestCase("ResNet18-1")]
    [TestCase("shallow_wide")]
    [TestCase("parity-backbone")]
    [TestCase("")]
    public void Validate_OtherBackbone_ListsThoseThereAre(string backbone) => Assert.That(
        (Base with { Backbone = backbone }).Validate,
        Throws.TypeOf<ModelConfigurationException>().With.Message.EqualTo(
            $"backbone_type '{backbone}' is unknown: there are none, parity_backbone, shallow-wide, mnist, compact, "
            + "and resnetL-S with L 18, 34, 50, 101 or 152 and S 1 to 4."));

    [TestCase("learnable_fourier", "resnet18-1", "positional_embedding_type 'learnable_fourier' is unknown: there are none, learnable-f")]
    [TestCase("custom-rotational-1d", "resnet18-1", "custom-rotational-1d does not go with backbone_type resnet18-1, which takes none, le")]
    [TestCase("custom-rotational-1d", "compact", "custom-rotational-1d does not go with backbone_type compact")]
    [TestCase("learnable-fourier", "parity_backbone", "with backbone_type parity_backbone, which takes none, custom-rotational-1d, learned.")]
    [TestCase("custom-rotational", "parity_backbone", "custom-rotational does not go with backbone_type parity_backbone")]
    [TestCase("learnable-fourier", "none", "learnable-fourier does not go with backbone_type none, which takes none.")]
    [TestCase("learned", "none", "learned does not go with backbone_type none, which takes none.")]
    [TestCase("learned", "resnet18-1", "Learned positions need image_size.")]
    public void Validate_WrongPositionalEmbedding_SaysWhatGoesWithTheBackbone(string embedding, string backbone, string expected)
    {
        CtmConfiguration configuration = Base with { Backbone = backbone, PositionalEmbedding = embedding };
        var e = Assert.Throws<ModelConfigurationException>(configuration.Validate);
        Assert.That(e!.Message, Does.Contain(expected).And.Not.Contain("\n"));
        Assert.That(() => configuration.Create(Device, 1), Throws.TypeOf<ModelConfigurationException>());
        Assert.That(() => configuration.CountParameters(Device), Throws.TypeOf<ModelConfigurationException>());
    }

    [Test]
    public void Validate_WrongSizes_NamesTheArgument()
    {
        Fails(Base with { BackboneLayers = 1 }, "backbone_layers is 1, it must be 2 or more.");
        Fails(Base with { BackboneChannels = 0 }, "backbone_channels is 0, it must be 1 or more.");
        Fails(Base with { BackboneStride = 0 }, "backbone_stride is 0, it must be 1 or more.");
        Fails(Base with { ImageChannels = 0 }, "image_channels is 0, it must be 1 or more.");
        Fails(Base with { ImageSize = -1 }, "image_size is -1, it must be 0 or more.");

        static void Fails(CtmConfiguration configuration, string message) =>
            Assert.That(configuration.Validate, Throws.TypeOf<ModelConfigurationException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Forward_ParityBackboneWithImages_AsksForSequences()
    {
        using ContinuousThoughtMachine machine = (Base with { Backbone = "parity_backbone" }).Create(Device, 1);
        var e = Assert.Throws<ArgumentException>(() => InputPasses.Evaluate(machine, 2, 4, 5, 3));
        Assert.That(
            e!.Message, Is.EqualTo("parity_backbone takes sequences, maps of height 1 with 1 channel; this one is 4 x 5 with 3."));
        Assert.That(machine.Configuration.InputChannels, Is.EqualTo(1));
        Assert.That(Thought.About(machine, new float[6], 1, 6).Batch, Is.EqualTo(1));
    }

    [TestCase("resnet18-1", "initial_rgb.weight takes 3 channels, the input has 1.")]
    [TestCase("shallow-wide", "backbone.layers.0.weight takes 3 channels, the input has 1.")]
    [TestCase("none", "The model takes images with 3 channels, these have 1.")]
    public void Forward_OtherChannels_SaysHowMany(string backbone, string expected)
    {
        using ContinuousThoughtMachine machine = (Base with { Backbone = backbone }).Create(Device, 1);
        var e = Assert.Throws<ArgumentException>(() => InputPasses.Evaluate(machine, 1, 4, 4, 1));
        Assert.That(e!.Message, Is.EqualTo(expected));
    }

    [TestCase("learnable-fourier", 2, 4, "Fourier positions need a feature map of 2 x 2 or more, this one is 1 x 2:")]
    [TestCase("multi-learnable-fourier", 4, 2, "Fourier positions need a feature map of 2 x 2 or more, this one is 2 x 1:")]
    [TestCase("custom-rotational", 4, 6, "Rotational positions need a square feature map, this one is 2 x 3.")]
    [TestCase("learned", 4, 6, "The positions are made for 16 places, the feature map has 6.")]
    public void Forward_MapThatTheEmbeddingIsNotMadeFor_SaysWhatItNeeds(string embedding, int height, int width, string expected)
    {
        // The stem keeps the size and the pooling halves it.
        using ContinuousThoughtMachine machine = (Base with { PositionalEmbedding = embedding, ImageSize = 8 }).Create(Device, 1);
        var e = Assert.Throws<ArgumentException>(() => InputPasses.Evaluate(machine, 1, height, width, 3));
        Assert.That(e!.Message, Does.StartWith(expected));
    }

    [Test]
    public void Parse_ReferenceArguments_RoundTrip()
    {
        CtmConfiguration parity = Base with { Backbone = "parity_backbone", PositionalEmbedding = "custom-rotational-1d" };
        string text = JsonFiles.ToText<ModelConfiguration>(parity);
        Assert.That(text, Does.Contain("\"backbone_type\": \"parity_backbone\"").And.Not.Contain("input_channels"));
        Assert.That(JsonFiles.ToText(JsonFiles.Parse<ModelConfiguration>(text, "config.json")), Is.EqualTo(text));
    }
}
