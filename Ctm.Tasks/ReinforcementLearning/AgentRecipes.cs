using Ctm.Engine.Agents;
using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Engine.Training;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// The presets of the agents' tasks. <c>paper</c> has the published settings (tables 7 to 10, tasks/rl/scripts), with the fewest ticks that
/// are published for each; an LSTM has the width at which its parameters are about as many.
/// </summary>
public static class AgentRecipes
{
    /// <summary>Names of the tasks.</summary>
    public const string CartPole = "cartpole", Acrobot = "acrobot", FourRooms = "fourrooms";

    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick", "smoke", "long", "paper"];

    /// <summary>Names of the kinds of models.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [ModelKinds.Default, ModelKinds.Lstm];

    /// <summary>A recipe by name.</summary>
    /// <param name="task">The task.</param>
    /// <param name="preset">One of <see cref="Presets"/>.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <exception cref="TaskSettingException">When there is no such preset or kind; lists those that are.</exception>
    public static AgentRecipe Preset(string task, string preset, string kind)
    {
        if (!Presets.Contains(preset))
        {
            throw new TaskSettingException($"Task {task} has no preset '{preset}': there are {string.Join(", ", Presets)}.");
        }

        AgentRecipe recipe = task switch
        {
            CartPole => CartPoleOf(preset),
            Acrobot => AcrobotOf(preset),
            FourRooms => FourRoomsOf(preset),
            _ => throw new ArgumentException($"There is no task '{task}'.", nameof(task)),
        };
        return kind switch
        {
            ModelKinds.Default => recipe,
            ModelKinds.Lstm => recipe with
            {
                Model = recipe.Model with { ModelType = AgentModelType.Lstm, Neurons = LstmWidth(task, preset) },
            },
            _ => throw new TaskSettingException($"Task {task} has no model '{kind}': there are {string.Join(", ", Kinds)}."),
        };
    }

    /// <summary>Steps of training, each a rollout, in which about so many steps of environments are lived through.</summary>
    private static long Steps(long environmentSteps, int environments, int rollout) => (environmentSteps / ((long)environments * rollout)) + 1;

    // The widths of the paper's tables; the others are matched to the presets' own models.
    private static int LstmWidth(string task, string preset) => (task, preset) switch
    {
        (FourRooms, "smoke") => 27,
        (_, "smoke") => 56,
        (CartPole, _) => 118,
        (Acrobot, "paper") => 243,
        (Acrobot, _) => 123,
        (_, "paper") => 294,
        _ => 95,
    };

    private static AgentRecipe CartPoleOf(string preset)
    {
        var paper = new AgentRecipe
        {
            Environment = "CartPole-v1",
            MaxEnvironmentSteps = 200,
            NumEnvs = 256,
            NumSteps = 50,
            UpdateEpochs = 4,
            NumMinibatches = 4,
            Model = ClassicControl(observation: 4, actions: 2, neurons: 128, width: 128, memory: 10),
            Training = Options(Steps(10_000_000, 256, 50), 1e-3),
        };
        return preset switch
        {
            "paper" => paper,
            "smoke" => Smoke(paper),
            "long" => paper with { NumEnvs = 64, Training = Options(Steps(4_000_000, 64, 50), 1e-3) },
            _ => paper with
            {
                NumEnvs = 64,
                EntCoef = 0.01,
                ClipCoef = 0.2,
                Greedy = true,
                Training = Options(Steps(2_500_000, 64, 50), 1e-3),
            },
        };
    }

    private static AgentRecipe AcrobotOf(string preset)
    {
        var paper = new AgentRecipe
        {
            Environment = "Acrobot-v1",
            MaxEnvironmentSteps = 500,
            NumEnvs = 12,
            NumSteps = 100,
            UpdateEpochs = 1,
            NumMinibatches = 4,
            Model = ClassicControl(observation: 6, actions: 3, neurons: 256, width: 64, memory: 5),
            Training = Options(Steps(2_000_000, 12, 100), 5e-4),
        };
        return preset switch
        {
            "paper" => paper,
            "smoke" => Smoke(paper),
            "long" => paper with { Model = paper.Model with { Neurons = 128 } },
            _ => paper with
            {
                NumEnvs = 32,
                UpdateEpochs = 4,
                EntCoef = 0.01,
                ClipCoef = 0.2,
                Greedy = true,
                Model = paper.Model with { Neurons = 128 },
                Training = Options(Steps(1_000_000, 32, 100), 1e-3),
            },
        };
    }

    private static AgentRecipe FourRoomsOf(string preset)
    {
        var paper = new AgentRecipe
        {
            Environment = "MiniGrid-FourRooms-v0",
            MaxEnvironmentSteps = 300,
            NumEnvs = 256,
            NumSteps = 50,
            UpdateEpochs = 1,
            NumMinibatches = 4,
            Model = new AgentConfiguration
            {
                ModelType = AgentModelType.Ctm,
                Backbone = MiniGridBackbone.Name,
                ObservationShape = [MiniGridBackbone.GridSize, MiniGridBackbone.GridSize, MiniGridBackbone.CellChannels],
                Actions = 7,
                Ticks = 1,
                Neurons = 512,
                InputWidth = 128,
                OutputNeurons = 32,
                MemoryLength = 10,
                HiddenWidth = 16,
            },
            Training = Options(Steps(300_000_000, 256, 50), 1e-4),
        };

        // A long history hides what the agent sees now: with 10 steps and this few updates the policy stays where it began.
        AgentRecipe small = paper with
        {
            NumEnvs = 64,
            EntCoef = 0.02,
            Model = paper.Model with { Neurons = 128, InputWidth = 16, MemoryLength = 3, HiddenWidth = 8, StartTemperature = 0.1f },
            Training = SmallOptions(2_000_000),
        };
        return preset switch
        {
            "paper" => paper,
            "smoke" => Smoke(paper),
            "long" => small with { Training = SmallOptions(12_000_000) },
            _ => small,
        };

        // The published epsilon is as large as most gradients of the CTM's first layers.
        static TrainingOptions SmallOptions(long environmentSteps) =>
            Options(Steps(environmentSteps, 64, 50), 1e-3) with { Epsilon = 1e-8 };
    }

    private static AgentRecipe Smoke(AgentRecipe paper) => paper with
    {
        NumEnvs = 16,
        NumSteps = 32,
        UpdateEpochs = 8,
        NumMinibatches = 2,
        EntCoef = 0.01,
        ClipCoef = 0.2,
        Greedy = paper.Model.Backbone != MiniGridBackbone.Name,
        TestSamples = 50,
        ProbeSamples = 8,
        Model = paper.Model with
        {
            Neurons = 32,
            InputWidth = paper.Model.Backbone == MiniGridBackbone.Name ? 8 : 16,
            OutputNeurons = 16,
            MemoryLength = 4,
            HiddenWidth = 2,
        },
        Training = Options(40, 3e-3) with
        {
            SchedulerType = SchedulerType.None,
            ReportEvery = 5,
            EvaluateEvery = 0,
            SaveEvery = 20,
        },
    };

    private static AgentConfiguration ClassicControl(int observation, int actions, int neurons, int width, int memory) => new()
    {
        ModelType = AgentModelType.Ctm,
        Backbone = ClassicControlBackbone.Name,
        ObservationShape = [observation],
        Actions = actions,
        Ticks = 1,
        Neurons = neurons,
        InputWidth = width,
        OutputNeurons = 16,
        MemoryLength = memory,
        HiddenWidth = 4,
    };

    private static TrainingOptions Options(long steps, double learningRate) => new()
    {
        Steps = steps,
        LearningRate = learningRate,
        WarmUp = 0,
        SchedulerType = SchedulerType.Linear,
        Epsilon = 1e-5,
        GradientNorm = 0.5,
        ReportEvery = 10,
        EvaluateEvery = 100,
        SaveEvery = 100,
    };
}
