using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.PairSampling;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Questions;

/// <summary>Everything that a Q&amp;A MNIST run depends on; saved in its run folder.</summary>
public sealed record QamnistRecipe : ISupervisedRecipe
{
    /// <summary>The folder of the MNIST files, from the folder that <c>ctm</c> runs in.</summary>
    public string Data { get; init; } = "data/mnist";

    /// <summary>Samples in a training batch, all with as many digits and operations.</summary>
    public required int Batch { get; init; }

    /// <summary>The fewest digits of a training sample.</summary>
    public int MinDigits { get; init; } = 1;

    /// <summary>The most digits of a training sample, and those of the unseen samples.</summary>
    public required int MaxDigits { get; init; }

    /// <summary>The fewest operations of a training sample.</summary>
    public int MinOperations { get; init; } = 1;

    /// <summary>The most operations of a training sample, and those of the unseen samples.</summary>
    public required int MaxOperations { get; init; }

    /// <summary>Whether the second tick of the loss, whose answer counts, is the most certain answer tick; else it is the last.</summary>
    public bool UseMostCertain { get; init; } = true;

    /// <summary>
    /// Steps of training over which the most digits and operations grow evenly from one more than the fewest; 0 draws up to the most from
    /// the start. Ours: which digit stood where is learned for two digits long before it is for four.
    /// </summary>
    public int RampSteps { get; init; }

    /// <summary>
    /// Draws of a training step for its number of digits, and again for that of operations, of which the largest counts: 1 has all equally
    /// often, as the reference does; with 2, of 1 to 4 the largest comes in 7 of 16. Ours: questions about few digits are soon always answered.
    /// </summary>
    public int LargestOf { get; init; } = 1;

    /// <summary>
    /// Whether training also asks for the result so far, at the last tick of every operator: what has been said until then is a question as
    /// well, and its answer is known. Ours; the reference asks at the end only. The loss
    /// that training prints is that of the answers.
    /// </summary>
    public bool RunningResults { get; init; }

    /// <summary>Evaluations also try 1 to this many digits by 1 to this many operations; 0 for no such grid.</summary>
    public int Grid { get; init; }

    /// <summary>Samples in each field of the grid.</summary>
    public int GridSamples { get; init; } = 100;

    /// <summary>Unseen samples in an evaluation.</summary>
    public int TestSamples { get; init; } = 1000;

    /// <summary>Unseen samples in an evaluation while training.</summary>
    public int ProbeSamples { get; init; } = 256;

    /// <summary>Seed of start values, pairs, samples and dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The model.</summary>
    public required QamnistModelConfiguration Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingOptions Training { get; init; }

    ModelConfiguration IRecipe.Model => Model;

    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["quick", "smoke", "long", "paper"];

    /// <summary>The recipe of a preset.</summary>
    /// <param name="preset">One of <see cref="Presets"/>.</param>
    /// <param name="model"><c>ctm_qamnist</c>, or <c>lstm_qamnist</c> of about the same size, read at its last tick.</param>
    public static QamnistRecipe Preset(string preset, string model)
    {
        QamnistRecipe recipe = preset switch { "smoke" => Smoke, "long" => Long, "paper" => Paper, _ => Quick };
        return model == ModelKinds.Qamnist
            ? recipe
            : recipe with { Model = Lstm((QamnistConfiguration)recipe.Model, preset), UseMostCertain = false };
    }

    /// <summary>Draws the number of digits, or of operations, of a training step, see <see cref="RampSteps"/> and <see cref="LargestOf"/>.</summary>
    /// <param name="random">Where from.</param>
    /// <param name="fewest">The fewest.</param>
    /// <param name="most">The most.</param>
    /// <param name="step">The step, from 0.</param>
    internal int Draw(ref SampleRandom random, int fewest, int most, long step)
    {
        int choices = Choices(fewest, most, step), largest = 0;
        for (int draw = 0; draw < LargestOf; draw++)
        {
            largest = Math.Max(largest, random.Below(choices));
        }

        return fewest + largest;
    }

    /// <summary>How many numbers of digits, or of operations, a training step draws from, see <see cref="RampSteps"/>.</summary>
    /// <param name="fewest">The fewest.</param>
    /// <param name="most">The most.</param>
    /// <param name="step">The step, from 0.</param>
    internal int Choices(int fewest, int most, long step)
    {
        int all = most - fewest + 1;
        return step >= RampSteps || all < 3 ? all : 2 + (int)((all - 2) * step / RampSteps);
    }

    private static QamnistConfiguration QuickModel => new()
    {
        Neurons = 256,
        InputWidth = 32,
        Heads = 4,
        OutputNeurons = 32,
        ActionNeurons = 32,
        NeuronSelection = NeuronSelection.Random,
        SynapseDepth = 1,
        MemoryLength = 8,
        HiddenWidth = 8,
        OutputWidth = QuestionBatch.Modulus,
        DigitTicks = 2,
        QuestionPartTicks = 2,
        AnswerTicks = 2,
    };

    private static QamnistRecipe Quick => new()
    {
        Batch = 64,
        MaxDigits = 2,
        MaxOperations = 2,
        Model = QuickModel,
        Training = new TrainingOptions
        {
            Steps = 10_000,
            LearningRate = 1e-3,
            WarmUp = 500,
            GradientNorm = 1,
            ReportEvery = 100,
            EvaluateEvery = 1000,
            SaveEvery = 1000,
        },
    };

    private static QamnistRecipe Smoke => Quick with
    {
        Batch = 32,
        MaxDigits = 1,
        MinOperations = 0,
        MaxOperations = 0,
        TestSamples = 200,
        ProbeSamples = 64,
        Model = QuickModel with
        {
            Neurons = 64,
            InputWidth = 16,
            Heads = 2,
            OutputNeurons = 16,
            ActionNeurons = 16,
            MemoryLength = 4,
            HiddenWidth = 4,
            DigitTicks = 1,
            QuestionPartTicks = 1,
            AnswerTicks = 1,
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

    // The history holds all of a question: what was shown when is in its place. With three ticks a part and a history of 12 it is not, and
    // questions about two digits are right half as often. Asked for results so far, and with two digits at first, it learns as much from
    // a fifth of the questions. All of a batch have one shape: in batches of 64 it stands still at a quarter of those about four digits.
    private static QamnistRecipe Long => Quick with
    {
        Batch = 256,
        MaxDigits = 4,
        MaxOperations = 4,
        RampSteps = 5000,
        RunningResults = true,
        Model = QuickModel with
        {
            Neurons = 512,
            MemoryLength = 16,
            StartTemperature = 0.1f,
            StartDecay = 1f,
            DigitTicks = 1,
            QuestionPartTicks = 1,
            AnswerTicks = 2,
        },
        Training = Quick.Training with { Steps = 16_000, LearningRate = 2e-3 },
    };

    // The paper's run with 10 ticks for each input (appendix G.5; tasks/qamnist/scripts).
    private static QamnistRecipe Paper => Long with
    {
        Batch = 64,
        RampSteps = 0,
        RunningResults = false,
        Model = QuickModel with
        {
            Neurons = 1024,
            InputWidth = 64,
            MemoryLength = 30,
            HiddenWidth = 16,
            DigitTicks = 10,
            QuestionPartTicks = 10,
            AnswerTicks = 10,
        },
        Training = Quick.Training with { Steps = 300_001, LearningRate = 1e-4, GradientNorm = 0 },
    };

    private static QamnistLstmConfiguration Lstm(QamnistConfiguration c, string preset) => new()
    {
        Neurons = preset switch { "smoke" => 55, "long" => 408, "paper" => 875, _ => 210 },
        InputWidth = c.InputWidth,
        Heads = c.Heads,
        OutputWidth = c.OutputWidth,
        DigitTicks = c.DigitTicks,
        QuestionPartTicks = c.QuestionPartTicks,
        AnswerTicks = c.AnswerTicks,
    };
}
