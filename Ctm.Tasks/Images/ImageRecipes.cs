using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.PairSampling;

namespace Ctm.Tasks.Images;

/// <summary>
/// The presets of the tasks with labelled pictures. <c>paper</c> has the published settings: of the tutorial on digits
/// (examples/01_mnist.ipynb), and of the runs on CIFAR-10 (appendix G.1) and ImageNet (appendix E.1, tasks/image_classification/scripts).
/// On digits the other presets let every tick count in the loss, so that the running mean of probabilities is calibrated.
/// </summary>
internal static class ImageRecipes
{
    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick", "smoke", "long", "paper"];

    private static TrainingOptions Training { get; } = new()
    {
        Steps = 8000,
        LearningRate = 2e-3,
        WarmUp = 200,
        GradientNorm = 1,
        ReportEvery = 100,
        EvaluateEvery = 1000,
        SaveEvery = 1000,
    };

    private static CtmConfiguration Model { get; } = new()
    {
        Ticks = 8,
        Neurons = 128,
        InputWidth = 64,
        Heads = 4,
        OutputNeurons = 128,
        ActionNeurons = 64,
        SynapseDepth = 1,
        MemoryLength = 6,
        HiddenWidth = 8,
        Backbone = "mnist",
        OutputWidth = 10,
    };

    /// <summary>A recipe with a Continuous Thought Machine.</summary>
    /// <param name="task">The task.</param>
    /// <param name="preset">One of <see cref="Presets"/>.</param>
    public static ImageRecipe Of(string task, string preset) => task switch
    {
        MnistFiles.Name => Mnist(preset),
        CifarFiles.Name => Cifar(preset),
        _ => Folder(preset),
    };

    private static ImageRecipe Mnist(string preset)
    {
        var quick = new ImageRecipe
        {
            Data = "data/mnist",
            Batch = 64,
            Preparation = new ImagePreparation { Mean = [0.1307], Std = [0.3081], CropPadding = 2 },
            Model = Model with { ImageChannels = 1, ImageSize = 28, PositionalEmbedding = "learned" },
            EveryTickLoss = 1,
            Training = Training,
        };
        return preset switch
        {
            "smoke" => quick with
            {
                TestSamples = 200,
                ProbeSamples = 100,
                Batch = 32,
                Model = Small((CtmConfiguration)quick.Model),
                Training = Smoke,
            },
            "long" => quick with { Training = Training with { Steps = 40_000 } },
            "paper" => quick with
            {
                EveryTickLoss = 0,
                Preparation = quick.Preparation with { CropPadding = 0 },
                Model = Model with
                {
                    Ticks = 30,
                    InputWidth = 32,
                    Heads = 1,
                    OutputNeurons = 16,
                    ActionNeurons = 16,
                    NeuronSelection = NeuronSelection.FirstLast,
                    MemoryLength = 15,
                    ImageChannels = 1,
                },
                Training = Training with
                {
                    Steps = 2000,
                    LearningRate = 1e-4,
                    WarmUp = 0,
                    SchedulerType = SchedulerType.None,
                    GradientNorm = 0,
                },
            },
            _ => quick,
        };
    }

    private static ImageRecipe Cifar(string preset)
    {
        var paper = new ImageRecipe
        {
            Data = "data/cifar10",
            Batch = 512,
            Preparation = new ImagePreparation
            {
                AutoAugment = true,
                Mean = [0.49139968, 0.48215827, 0.44653124],
                Std = [0.24703233, 0.24348505, 0.26158768],
            },
            Model = Model with
            {
                Ticks = 50,
                Neurons = 256,
                InputWidth = 64,
                Heads = 16,
                OutputNeurons = 256,
                ActionNeurons = 512,
                SynapseDepth = 5,
                MemoryLength = 15,
                HiddenWidth = 64,
                Backbone = "resnet18-1",
            },
            Training = Training with { Steps = 600_001, LearningRate = 1e-4, WarmUp = 1000, WeightDecay = 1e-4, GradientNorm = 0 },
        };
        ImageRecipe quick = paper with
        {
            Batch = 64,
            EveryTickLoss = 1,
            Preparation = paper.Preparation with { AutoAugment = false, CropPadding = 4, Flip = true },
            Model = Model with
            {
                Ticks = 10,
                StartTemperature = 0.1f,
                Neurons = 256,
                InputWidth = 64,
                Heads = 4,
                OutputNeurons = 256,
                ActionNeurons = 128,
                Backbone = "compact",
                BackboneLayers = 5,
                BackboneChannels = 48,
                PositionalEmbedding = "learned",
                ImageSize = 32,
            },
            Training = Training with { Steps = 6000, WeightDecay = 1e-4 },
        };
        return preset switch
        {
            "paper" => paper,
            "long" => quick with { Training = quick.Training with { Steps = 36_000 } },
            "smoke" => quick with
            {
                TestSamples = 200,
                ProbeSamples = 100,
                Batch = 32,
                Model = Small((CtmConfiguration)quick.Model),
                Training = Smoke,
            },
            _ => quick,
        };
    }

    private static ImageRecipe Folder(string preset)
    {
        var paper = new ImageRecipe
        {
            Data = "data/images",
            Batch = 64,
            TestSamples = 50_000,
            Preparation = new ImagePreparation
            {
                RandomCrop = 224,
                Flip = true,
                Resize = 256,
                Mean = [0.485, 0.456, 0.406],
                Std = [0.229, 0.224, 0.225],
            },
            Model = Model with
            {
                Ticks = 50,
                Neurons = 4096,
                InputWidth = 1024,
                Heads = 16,
                OutputNeurons = 8196,
                ActionNeurons = 2048,
                SelfPairs = 32,
                SynapseDepth = 8,
                MemoryLength = 25,
                HiddenWidth = 64,
                Dropout = 0.2f,
                DropoutNlm = 0f,
                Backbone = "resnet152-4",
                OutputWidth = 1000,
            },
            Training = Training with { Steps = 500_001, LearningRate = 5e-4, WarmUp = 10_000, GradientNorm = 20 },
        };
        ImageRecipe quick = paper with
        {
            TestSamples = 10_000,
            Preparation = paper.Preparation with { RandomCrop = 64, Resize = 72, CenterCrop = 64 },
            Model = Model with { Ticks = 10, Neurons = 256, OutputNeurons = 256, ActionNeurons = 128, Backbone = "resnet18-2" },
            Training = Training with { Steps = 4000, LearningRate = 1e-3 },
        };
        return preset switch
        {
            "paper" => paper,
            "long" => quick with
            {
                Preparation = paper.Preparation with { RandomCrop = 128, Resize = 146, CenterCrop = 128 },
                Model = Model with
                {
                    Ticks = 25,
                    Neurons = 1024,
                    InputWidth = 256,
                    Heads = 8,
                    OutputNeurons = 1024,
                    ActionNeurons = 512,
                    MemoryLength = 15,
                    HiddenWidth = 16,
                    SynapseDepth = 4,
                    Backbone = "resnet34-3",
                },
                Training = Training with { Steps = 100_000, LearningRate = 5e-4, WarmUp = 2000 },
            },
            "smoke" => quick with
            {
                TestSamples = 200,
                ProbeSamples = 100,
                Batch = 32,
                Preparation = paper.Preparation with { RandomCrop = 16, Resize = 18, CenterCrop = 16 },
                Model = Small(Model with { Backbone = "compact", PositionalEmbedding = "learned", ImageSize = 16 }),
                Training = Smoke,
            },
            _ => quick,
        };
    }

    private static TrainingOptions Smoke => Training with
    {
        Steps = 200,
        LearningRate = 1e-2,
        WarmUp = 10,
        ReportEvery = 25,
        EvaluateEvery = 0,
        SaveEvery = 50,
    };

    private static CtmConfiguration Small(CtmConfiguration model) => model with
    {
        Ticks = 3,
        Neurons = 48,
        InputWidth = 16,
        Heads = 2,
        OutputNeurons = 48,
        ActionNeurons = 16,
        MemoryLength = 3,
        HiddenWidth = 2,
        BackboneChannels = 8,
        BackboneLayers = 2,
    };
}
