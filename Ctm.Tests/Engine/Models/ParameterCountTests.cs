using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.PairSampling;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Models;

/// <summary>The numbers of parameters that the paper gives, and those that its settings make.</summary>
internal sealed class ParameterCountTests
{
    // Appendix D.2: mazes of 39 x 39.
    private static readonly CtmConfiguration Maze = new()
    {
        Ticks = 75,
        Neurons = 2048,
        InputWidth = 512,
        Heads = 16,
        OutputNeurons = 64,
        ActionNeurons = 32,
        SynapseDepth = 8,
        MemoryLength = 25,
        HiddenWidth = 32,
        Backbone = "resnet34-2",
        OutputWidth = 500,
        PredictionReshaper = [100, 5],
        NeuronSelection = NeuronSelection.FirstLast,
    };

    // Appendix F.4: 64 numbers.
    private static readonly CtmConfiguration Parity = new()
    {
        Ticks = 75,
        Neurons = 1024,
        InputWidth = 512,
        Heads = 8,
        OutputNeurons = 32,
        ActionNeurons = 32,
        SynapseDepth = 1,
        MemoryLength = 25,
        HiddenWidth = 16,
        Backbone = "parity_backbone",
        PositionalEmbedding = "custom-rotational-1d",
        OutputWidth = 128,
        PredictionReshaper = [64, 2],
        NeuronSelection = NeuronSelection.Random,
    };

    // Appendix E.1.
    private static readonly CtmConfiguration ImageNet = Maze with
    {
        Ticks = 50,
        Neurons = 4096,
        InputWidth = 1024,
        OutputNeurons = 8196,
        ActionNeurons = 2048,
        HiddenWidth = 64,
        Backbone = "resnet152-4",
        OutputWidth = 1000,
        PredictionReshaper = [-1],
        NeuronSelection = NeuronSelection.RandomPairing,
        SelfPairs = 32,
    };

    // Appendix G.1.1.
    private static readonly CtmConfiguration Cifar10 = ImageNet with
    {
        Neurons = 256,
        InputWidth = 64,
        OutputNeurons = 256,
        ActionNeurons = 512,
        SynapseDepth = 5,
        MemoryLength = 15,
        Backbone = "resnet18-1",
        OutputWidth = 10,
        SelfPairs = 0,
    };

    // Appendix G.3: mazes of 15 x 15.
    private static readonly CtmConfiguration MazeAblation = Maze with
    {
        Ticks = 50,
        Neurons = 1024,
        InputWidth = 256,
        Heads = 4,
        OutputNeurons = 1024,
        ActionNeurons = 1024,
        Backbone = "resnet18-1",
        OutputWidth = 250,
        PredictionReshaper = [50, 5],
        NeuronSelection = NeuronSelection.RandomPairing,
    };

    private static ComputeDevice Device => TestDevices.Open("cpu");

    [Test]
    public void ParameterCount_Maze_IsThePapers() => Assert.That(Maze.CountParameters(Device), Is.EqualTo(31_998_330));

    [TestCase(1, 4_908_706)]
    [TestCase(5, 5_043_874)]
    [TestCase(10, 5_212_834)]
    [TestCase(25, 5_719_714)]
    [TestCase(50, 6_564_514)]
    public void ParameterCount_Parity_IsThePapers(int memoryLength, long expected) =>
        Assert.That((Parity with { MemoryLength = memoryLength }).CountParameters(Device), Is.EqualTo(expected));

    [Test]
    public void ParameterCount_MazeAblation_IsThePapers() => Assert.That(MazeAblation.CountParameters(Device), Is.EqualTo(8_967_160));

    [Test]
    public void ParameterCount_ImageNet_IsThatOfThePapersSettings() =>
        Assert.That(ImageNet.CountParameters(Device), Is.EqualTo(185_989_886));

    [Test]
    public void ParameterCount_Cifar10_IsThatOfThePapersSettings() => Assert.That(Cifar10.CountParameters(Device), Is.EqualTo(1_032_648));

    [Test]
    public void ParameterCount_LargeModel_TakesNoMemoryForParameters()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        long parameters = ImageNet.CountParameters(device);
        Assert.That(device.Memory.PeakBytes, Is.LessThan(4 * parameters / 500));
        Assert.That(device.Memory.LiveBuffers, Is.Zero);
    }
}
