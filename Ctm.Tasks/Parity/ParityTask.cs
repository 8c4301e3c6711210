using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Parity;

/// <summary>A model that learns the parity of a sequence up to each of its places (paper section 6.1, appendix F).</summary>
public sealed class ParityTask : ClassificationTask
{
    /// <summary>Name of the task.</summary>
    public const string Name = "parity";

    private const ulong ShareStream = 0x7368617265;

    /// <summary>Creates the model.</summary>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not fit together.</exception>
    public ParityTask(ComputeDevice device, ParityRecipe recipe)
        : base(device, recipe.Model, Settings(recipe))
    {
        Recipe = recipe;
    }

    /// <summary>The settings.</summary>
    public ParityRecipe Recipe { get; }

    /// <inheritdoc/>
    public override string Title => FormattableString.Invariant($"{Name} {Recipe.SequenceLength}");

    /// <inheritdoc/>
    protected override void Fill(bool isTraining, long position, Span<float> inputs, Span<int> targets)
    {
        int length = Recipe.SequenceLength;
        for (int i = 0; i < inputs.Length / length; i++)
        {
            Span<float> values = inputs.Slice(i * length, length);
            double share = isTraining ? Share(position + i) : ParitySequences.EvenShare;
            ParitySequences.Read(Recipe.Seed, isTraining, position + i, values, targets.Slice(i * length, length), share);
        }
    }

    /// <inheritdoc/>
    protected override IEvaluationObserver Observe() => new ScanObserver(Recipe.SequenceLength);

    private protected override ClassificationFigures Sum(
        ClassificationEvaluator evaluator, NeuronDynamics? dynamics, IEvaluationObserver? observer) =>
        new ParityFigures(evaluator.Result(Name, dynamics), evaluator, (ScanObserver)observer!);

    private double Share(long position)
    {
        var random = new SampleRandom(Recipe.Seed ^ ShareStream, (ulong)position);
        return Recipe.Share(position / Recipe.Batch, random.Uniform());
    }

    private static ClassificationSettings Settings(ParityRecipe recipe) => new()
    {
        Batch = recipe.Batch,
        Height = 1,
        Width = recipe.SequenceLength,
        UseMostCertain = recipe.UseMostCertain,
        EveryTickLoss = recipe.EveryTickLoss,
        Lookahead = recipe.Lookahead,
        TicksAhead = recipe.TicksAhead,
        TestSamples = recipe.TestSamples,
        ProbeSamples = recipe.ProbeSamples,
        Seed = recipe.Seed,
    };
}
