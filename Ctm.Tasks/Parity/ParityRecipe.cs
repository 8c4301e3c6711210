using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Kernels.PairSampling;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Parity;

/// <summary>Everything that a parity run depends on; saved in its run folder.</summary>
public sealed record ParityRecipe : ISupervisedRecipe
{
    private const double LeastShare = 1.0 / 32;

    /// <summary>Length of the sequences, 4 to 64.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Sequences in a training batch.</summary>
    public required int Batch { get; init; }

    /// <summary>
    /// Places beyond the leading right ones that the loss counts, a curriculum as mazes have it; absent counts all, as the reference does.
    /// </summary>
    public int? Lookahead { get; init; }

    /// <summary>
    /// Ticks of a training step beyond the places that the curriculum counts, up to <c>iterations</c>; absent lets every step have those. Ours:
    /// with all ticks from the start a model reads a place in two of them, with few ahead in one, and a step costs less.
    /// </summary>
    public int? TicksAhead { get; init; }

    /// <summary>
    /// Steps of training over which -1 grows from one value in 32 to one in two; 0 draws both alike from the start, as the reference does.
    /// The most of a step grows evenly in its logarithm, and each of its sequences has between 1 in 32 and that. Ours: what a few -1 do is
    /// learned soon.
    /// </summary>
    public int RampSteps { get; init; }

    /// <summary>Whether the second tick of the loss, whose answer counts, is the most certain one; else it is the last.</summary>
    public bool UseMostCertain { get; init; } = true;

    /// <summary>
    /// Weight of the mean over all ticks of their losses beside the published loss, which asks nothing of ticks that it does not choose;
    /// 0 for the published loss.
    /// </summary>
    public float EveryTickLoss { get; init; }

    /// <summary>Unseen sequences in an evaluation.</summary>
    public int TestSamples { get; init; } = 1000;

    /// <summary>Unseen sequences in an evaluation while training.</summary>
    public int ProbeSamples { get; init; } = 256;

    /// <summary>Seed of start values, pairs, sequences and dropout.</summary>
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
    /// <param name="model">One of <see cref="ParityModels.Kinds"/>.</param>
    public static ParityRecipe Preset(string preset, string model) => ParityModels.Exchange(
        preset switch { "smoke" => Smoke, "long" => Long, "paper" => Paper, _ => Quick }, preset, model);

    /// <summary>How likely a value of a training sequence is -1, see <see cref="RampSteps"/>.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="draw">A number from 0 to below 1, drawn for the sequence.</param>
    internal double Share(long step, double draw) => step >= RampSteps
        ? ParitySequences.EvenShare
        : LeastShare * Math.Pow(ParitySequences.EvenShare / LeastShare, Math.Sqrt(draw) * step / RampSteps);

    private static CtmConfiguration QuickModel => new()
    {
        Ticks = 20,
        Neurons = 256,
        InputWidth = 128,
        Heads = 8,
        OutputNeurons = 32,
        ActionNeurons = 32,
        NeuronSelection = NeuronSelection.Random,
        SynapseDepth = 1,
        MemoryLength = 10,
        HiddenWidth = 8,
        Backbone = "parity_backbone",
        PositionalEmbedding = "custom-rotational-1d",
        ImageChannels = 1,
        OutputWidth = 32,
        PredictionReshaper = [16, 2],
    };

    private static ParityRecipe Quick => new()
    {
        SequenceLength = 16,
        Batch = 64,
        Model = QuickModel,
        Training = new TrainingOptions
        {
            Steps = 12_000,
            LearningRate = 1e-3,
            WarmUp = 500,
            QuantileClip = 0.9,
            ReportEvery = 100,
            EvaluateEvery = 2000,
            SaveEvery = 2000,
        },
    };

    private static ParityRecipe Smoke => Quick with
    {
        SequenceLength = 6,
        TestSamples = 200,
        ProbeSamples = 64,
        Model = QuickModel with
        {
            Ticks = 6,
            Neurons = 64,
            InputWidth = 32,
            Heads = 2,
            OutputNeurons = 16,
            ActionNeurons = 16,
            MemoryLength = 4,
            HiddenWidth = 4,
            OutputWidth = 12,
            PredictionReshaper = [6, 2],
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

    // With the published loss 64 places are at chance after 600 steps; with the curriculum the first eight are right by then. Ticks that
    // grow with the curriculum are cheaper, and come no further than 25 places.
    private static ParityRecipe Long => Quick with
    {
        SequenceLength = 64,
        Lookahead = 5,
        Model = QuickModel with { Ticks = 50, MemoryLength = 25, OutputWidth = 128, PredictionReshaper = [64, 2] },
        Training = Quick.Training with { Steps = 22_500 },
    };

    // The paper's run of 75 ticks (appendix F.4; tasks/parity/scripts).
    private static ParityRecipe Paper => Long with
    {
        Lookahead = null,
        Model = QuickModel with
        {
            Ticks = 75,
            Neurons = 1024,
            InputWidth = 512,
            MemoryLength = 25,
            HiddenWidth = 16,
            OutputWidth = 128,
            PredictionReshaper = [64, 2],
        },
        Training = Quick.Training with { Steps = 200_001, LearningRate = 1e-4 },
    };
}
