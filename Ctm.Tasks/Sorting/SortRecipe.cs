using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Sorting;

/// <summary>Everything that a sorting run depends on; saved in its run folder.</summary>
public sealed record SortRecipe : ISupervisedRecipe
{
    private const double LstmLearningRate = 2e-3;

    /// <summary>How many numbers a list has, 2 to 256.</summary>
    public required int Numbers { get; init; }

    /// <summary>Lists in a training batch.</summary>
    public required int Batch { get; init; }

    /// <summary>What the numbers are drawn from.</summary>
    public NumberDistribution Distribution { get; init; }

    /// <summary>Mean of the numbers.</summary>
    public double Mean { get; init; }

    /// <summary>Standard deviation of the numbers.</summary>
    public double Deviation { get; init; } = 1;

    /// <summary>Unseen lists in an evaluation.</summary>
    public int TestSamples { get; init; } = 1000;

    /// <summary>Unseen lists in an evaluation while training.</summary>
    public int ProbeSamples { get; init; } = 256;

    /// <summary>
    /// In how many rotations an evaluation reads each list, 1 to as many as it has numbers. The probabilities of the readings are multiplied,
    /// label by label: the answer should not hang on where in its input a number stands, and what does so cancels out.
    /// </summary>
    public int Readings { get; init; } = 1;

    /// <summary>Seed of start values, pairs, numbers and dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The model.</summary>
    public required TickModelConfiguration Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingOptions Training { get; init; }

    ModelConfiguration IRecipe.Model => Model;

    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick", "smoke", "long", "paper"];

    /// <summary>The recipe of a preset.</summary>
    /// <param name="preset">One of <see cref="Presets"/>.</param>
    /// <param name="model"><c>ctm_sort</c>, or <c>lstm_sort</c> of about the same size.</param>
    public static SortRecipe Preset(string preset, string model)
    {
        SortRecipe recipe = preset switch { "smoke" => Smoke, "long" => Long, "paper" => Paper, _ => Quick };
        if (model == ModelKinds.Sort)
        {
            return recipe;
        }

        // Measured with 10 numbers: at the CTM's learning rate an LSTM sorts less, not more.
        double rate = Math.Min(recipe.Training.LearningRate, LstmLearningRate);
        return recipe with
        {
            Model = Lstm((SortConfiguration)recipe.Model, preset),
            Training = recipe.Training with { LearningRate = rate },
        };
    }

    private static SortConfiguration QuickModel => new()
    {
        Ticks = 13,
        Neurons = 256,
        InputWidth = 10,
        Heads = 1,
        OutputNeurons = 256,
        ActionNeurons = 1,
        SynapseDepth = 1,
        MemoryLength = 10,
        HiddenWidth = 4,
        OutputWidth = 11,
        ProjectDecays = true,
        InputGain = 10,
    };

    private static SortRecipe Quick => new()
    {
        Numbers = 10,
        Batch = 128,
        Readings = 10,
        Model = QuickModel,
        Training = new TrainingOptions
        {
            Steps = 27_000,
            LearningRate = 8e-3,
            WarmUp = 500,
            GradientNorm = 1,
            ReportEvery = 100,
            EvaluateEvery = 2000,
            SaveEvery = 2000,
        },
    };

    private static SortRecipe Smoke => Quick with
    {
        Numbers = 3,
        Batch = 64,
        Readings = 1,
        TestSamples = 200,
        ProbeSamples = 64,
        Model = QuickModel with
        {
            Ticks = 8,
            Neurons = 64,
            InputWidth = 3,
            OutputNeurons = 64,
            MemoryLength = 4,
            OutputWidth = 4,
        },
        Training = Quick.Training with
        {
            Steps = 300,
            LearningRate = 3e-3,
            WarmUp = 20,
            ReportEvery = 50,
            EvaluateEvery = 0,
            SaveEvery = 100,
        },
    };

    private static SortConfiguration LongModel => QuickModel with
    {
        Ticks = 34,
        Neurons = 384,
        InputWidth = 30,
        OutputNeurons = 512,
        MemoryLength = 12,
        OutputWidth = 31,
    };

    private static SortRecipe Long => Quick with
    {
        Numbers = 30,
        Batch = 64,
        Readings = 30,
        Model = LongModel,
        Training = Quick.Training with { Steps = 40_000, LearningRate = 4e-3 },
    };

    // The defaults of tasks/sort/train.py: the paper prints no settings (appendix G.4).
    private static SortRecipe Paper => Long with
    {
        Batch = 32,
        Readings = 1,
        Model = LongModel with
        {
            Ticks = 50,
            Neurons = 512,
            OutputNeurons = 32,
            SynapseDepth = 4,
            MemoryLength = 25,
            ProjectDecays = false,
            InputGain = 1,
        },
        Training = Quick.Training with { Steps = 100_001, LearningRate = 1e-3, WarmUp = 5000, GradientNorm = 0 },
    };

    private static SortLstmConfiguration Lstm(SortConfiguration c, string preset) => new()
    {
        Ticks = c.Ticks,
        Width = preset switch { "smoke" => 53, "long" => 291, "paper" => 454, _ => 198 },
        Numbers = c.Numbers,
        InputGain = c.InputGain,
        OutputWidth = c.OutputWidth,
    };
}
