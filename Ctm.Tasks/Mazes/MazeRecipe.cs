using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>Everything that a maze run depends on; saved in its run folder.</summary>
public sealed record MazeRecipe : ISupervisedRecipe
{
    /// <summary>Cells across, walls included: odd, 5 or more.</summary>
    public required int MazeSize { get; init; }

    /// <summary>Moves that the model predicts; shorter routes are padded with waits.</summary>
    public required int RouteLength { get; init; }

    /// <summary>
    /// A folder of pictures in the published layout, <c>{train,test}/CLASS/*.png</c>, to train and test on; null draws mazes.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>Mazes in a training batch.</summary>
    public required int Batch { get; init; }

    /// <summary>Moves beyond the solved part of a route that the loss counts.</summary>
    public int Lookahead { get; init; } = 5;

    /// <summary>
    /// Whether the second tick of the loss, whose answer counts, is the most certain one; else it is the last.
    /// </summary>
    public bool UseMostCertain { get; init; } = true;

    /// <summary>
    /// Weight of the mean over all ticks of their losses beside the published loss, which asks nothing of ticks that it does not choose;
    /// 0 for the published loss.
    /// </summary>
    public float EveryTickLoss { get; init; }

    /// <summary>Turns and mirrors training mazes. Drawn mazes need none; the published pictures do.</summary>
    public bool Augment { get; init; }

    /// <summary>Pixels in [-1, 1] instead of [0, 1].</summary>
    public bool ExpandRange { get; init; } = true;

    /// <summary>Unseen mazes in an evaluation.</summary>
    public int TestMazes { get; init; } = 1000;

    /// <summary>Unseen mazes in an evaluation while training.</summary>
    public int ProbeMazes { get; init; } = 256;

    /// <summary>
    /// The most times that an evaluation applies the model to one maze, each time from where it came, so that it can walk routes
    /// longer than it predicts; 0 for no such evaluation.
    /// </summary>
    public int Reapplications { get; init; }

    /// <summary>
    /// In how many of its eight turned and mirrored forms an evaluation shows each maze, 1 to 8. The probabilities of the forms, each at the
    /// tick that answers it, are multiplied, move by move: the answer should not hang on the form, and what does so cancels out.
    /// </summary>
    public int Readings { get; init; } = 1;

    /// <summary>Seed of start values, pairs, mazes and dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The model.</summary>
    public required TickModelConfiguration Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingOptions Training { get; init; }

    ModelConfiguration IRecipe.Model => Model;

    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick", "smoke", "long", "small", "medium", "paper", .. MazeAblations.Names];

    /// <summary>A recipe by name, with a model of a kind.</summary>
    /// <param name="name">One of <see cref="Presets"/>.</param>
    /// <param name="kind">One of <see cref="MazeModels.Kinds"/>.</param>
    /// <exception cref="TaskSettingException">When there is no such preset or kind; lists those that are.</exception>
    public static MazeRecipe Preset(string name, string kind) => MazeModels.Exchange(Preset(name), name, kind);

    /// <summary>A recipe by name, with a Continuous Thought Machine.</summary>
    /// <exception cref="TaskSettingException">When there is no such preset; lists those that are.</exception>
    public static MazeRecipe Preset(string name) => name switch
    {
        "quick" => Quick,
        "smoke" => Compact with
        {
            MazeSize = 7,
            RouteLength = 10,
            Batch = 32,
            TestMazes = 200,
            ProbeMazes = 64,
            Model = CompactModel with
            {
                Ticks = 6,
                Neurons = 64,
                InputWidth = 32,
                Heads = 2,
                OutputNeurons = 64,
                ActionNeurons = 32,
                MemoryLength = 4,
                BackboneChannels = 16,
                BackboneLayers = 2,
                BackboneStride = 2,
                ImageSize = 7,
                OutputWidth = 50,
                PredictionReshaper = [10, 5],
            },
            Training = Compact.Training with { Steps = 300, WarmUp = 20, ReportEvery = 50, EvaluateEvery = 0, SaveEvery = 100 },
        },
        "long" => Long,
        "small" => Small,
        "medium" => Medium,
        "paper" => Paper,
        _ when MazeAblations.Names.Contains(name) => MazeAblations.Of(name, Small),
        _ => throw new TaskSettingException($"Task maze has no preset '{name}': there are {string.Join(", ", Presets)}."),
    };

    private static CtmConfiguration CompactModel => new()
    {
        Ticks = 16,
        Neurons = 256,
        InputWidth = 128,
        Heads = 4,
        OutputNeurons = 256,
        ActionNeurons = 256,
        SynapseDepth = 1,
        MemoryLength = 8,
        HiddenWidth = 4,
        Backbone = "compact",
        BackboneLayers = 7,
        PositionalEmbedding = "learned",
        ImageSize = 11,
        OutputWidth = 150,
        PredictionReshaper = [30, 5],
    };

    private static MazeRecipe Compact => new()
    {
        MazeSize = 11,
        RouteLength = 30,
        Batch = 64,
        Model = CompactModel,
        Training = new TrainingOptions
        {
            Steps = 18_000,
            LearningRate = 2e-3,
            WarmUp = 200,
            GradientNorm = 1,
            ReportEvery = 100,
            EvaluateEvery = 2000,
            SaveEvery = 2000,
        },
    };

    private static MazeRecipe Quick => Compact with
    {
        Readings = 8,
        Model = CompactModel with { Ticks = 10, StartTemperature = 0.1f },
        Training = Compact.Training with
        {
            Steps = 22_000,
            Optimizer = OptimizerKind.Muon,
            MuonIterations = 3,
            MuonRate = 0.6,
        },
    };

    // The mazes of the reference's small run, for a machine of two cores.
    private static MazeRecipe Long => Compact with
    {
        MazeSize = 15,
        RouteLength = 50,
        Model = CompactModel with { Ticks = 20, BackboneLayers = 9, ImageSize = 15, OutputWidth = 250, PredictionReshaper = [50, 5] },
        Training = Compact.Training with { Steps = 60_000 },
    };

    private static CtmConfiguration SmallModel => new()
    {
        Ticks = 50,
        Neurons = 1024,
        InputWidth = 256,
        Heads = 4,
        OutputNeurons = 128,
        ActionNeurons = 128,
        SynapseDepth = 8,
        MemoryLength = 25,
        HiddenWidth = 32,
        Backbone = "resnet18-1",
        OutputWidth = 250,
        PredictionReshaper = [50, 5],
        Dropout = 0.1f,
        DropoutNlm = 0f,
    };

    // The reference's small run (tasks/mazes/README.md) on 15x15 mazes.
    private static MazeRecipe Small => new()
    {
        MazeSize = 15,
        RouteLength = 50,
        Batch = 64,
        Model = SmallModel,
        Training = new TrainingOptions { Steps = 100_001, LearningRate = 1e-4, WarmUp = 10_000, EvaluateEvery = 2000, SaveEvery = 1000 },
    };

    // The reference's medium mazes, with the small run's model.
    private static MazeRecipe Medium => Small with { MazeSize = 19 };

    // The paper's run on 39x39 mazes (appendix D.2).
    private static MazeRecipe Paper => Small with
    {
        MazeSize = 39,
        RouteLength = 100,
        ExpandRange = false,
        Model = SmallModel with
        {
            Ticks = 75,
            Neurons = 2048,
            InputWidth = 512,
            Heads = 16,
            OutputNeurons = 64,
            ActionNeurons = 32,
            NeuronSelection = Ctm.Kernels.PairSampling.NeuronSelection.FirstLast,
            Backbone = "resnet34-2",
            OutputWidth = 500,
            PredictionReshaper = [100, 5],
        },
        Training = Small.Training with { Steps = 1_000_001 },
    };
}
