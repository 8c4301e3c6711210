using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tasks.Mazes.Pictures;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>A model that learns to walk mazes: it sees the picture once and answers with the moves from start to goal.</summary>
public sealed class MazeTask : ClassificationTask
{
    /// <summary>Name of the task.</summary>
    public const string Name = "maze";

    private const int LargeSize = 39;
    private readonly Lazy<MazeBatchSource> mazes;
    private readonly MazeBatchSource unseen;

    /// <summary>Creates the model and the stream of mazes.</summary>
    /// <exception cref="TaskSettingException">When the recipe's settings do not fit together.</exception>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not.</exception>
    /// <exception cref="DirectoryNotFoundException">When the pictures are not there.</exception>
    /// <exception cref="InvalidDataException">When a picture shows no maze.</exception>
    public MazeTask(ComputeDevice device, MazeRecipe recipe)
        : this(device, Checked(recipe), MazeStreams.Unseen(recipe))
    {
    }

    private MazeTask(ComputeDevice device, MazeRecipe recipe, MazeBatchSource unseen)
        : base(device, recipe.Model, Settings(recipe))
    {
        Recipe = recipe;
        this.unseen = unseen;
        mazes = new Lazy<MazeBatchSource>(() => MazeStreams.Train(recipe));
    }

    /// <summary>The settings.</summary>
    public MazeRecipe Recipe { get; }

    /// <inheritdoc/>
    public override string Title => FormattableString.Invariant($"{Name} {Recipe.MazeSize} x {Recipe.MazeSize}");

    /// <inheritdoc/>
    protected override int UnseenCount => (int)Math.Min(unseen.Count, int.MaxValue);

    /// <summary>Number of unseen mazes in an evaluation.</summary>
    public int TestMazes => Math.Min(Recipe.TestMazes, UnseenCount);

    /// <inheritdoc/>
    /// <remarks>Feature maps of large mazes are large, so that fewer fit into memory at once.</remarks>
    protected override int EvaluationBatch => Math.Clamp(100 * LargeSize * LargeSize / (Recipe.MazeSize * Recipe.MazeSize), 1, 100);

    /// <inheritdoc/>
    protected override string WholeKey => "solve_rate";

    private MazePixelRange Range => MazeStreams.RangeOf(Recipe);

    /// <summary>Answers unseen mazes: the first <paramref name="count"/> of the recipe's test mazes, always the same.</summary>
    public MazeFigures EvaluateMazes(int count, CancellationToken cancellation = default) => (MazeFigures)Answer(count, cancellation);

    /// <inheritdoc/>
    public override EvaluationFigures EvaluateUnseen(int? count, CancellationToken cancellation)
    {
        MazeFigures figures = EvaluateMazes(count ?? Recipe.TestMazes, cancellation);
        return Recipe.Reapplications == 0 ? figures : figures with { Reapplication = Reapply(figures.Samples, cancellation) };
    }

    /// <summary>Applies the model to unseen mazes again and again, each time from where it came.</summary>
    /// <param name="count">Number of mazes.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    public MazeReapplication Reapply(int count, CancellationToken cancellation = default)
    {
        MazeJourney[] journeys = [.. Enumerable.Range(0, count).Select(index => new MazeJourney(TestMaze(index)))];
        foreach (MazeJourney[] together in journeys.Chunk(EvaluationBatch))
        {
            for (int i = 0; i < Recipe.Reapplications; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                MazeJourney[] under = [.. together.Where(journey => !journey.IsOver)];
                if (under.Length > 0)
                {
                    int[][] answers = Answers([.. under.Select(journey => journey.Maze)]);
                    for (int b = 0; b < under.Length; b++)
                    {
                        under[b].Follow(answers[b]);
                    }
                }
            }
        }

        return MazeJourney.Sum(journeys, Recipe.Reapplications);
    }

    /// <summary>An unseen maze of the recipe's test set.</summary>
    public Maze TestMaze(int index)
    {
        var maze = new Maze(Recipe.MazeSize);
        unseen.Read(index, maze);
        return maze;
    }

    /// <summary>Thinks about one maze and keeps what happens at every tick.</summary>
    public MazeThought Think(Maze maze)
    {
        return Think(PicturesOf([maze]), output =>
        {
            float[] logits = output.Predictions.Data.ToArray(), weights = output.Attention?.Weights.Data.ToArray() ?? [];
            var moves = new int[output.Ticks][];
            var certainty = new float[output.Ticks];
            var attention = new MazeAttention?[output.Ticks];
            for (int t = 0; t < output.Ticks; t++)
            {
                moves[t] = new int[Recipe.RouteLength];
                var tick = new ReadOnlySpan<float>(logits, t * Recipe.Model.OutputWidth, Recipe.Model.OutputWidth);
                certainty[t] = (float)PredictionReading.Read(tick, MazeMoves.Count, moves[t], null);
                attention[t] = output.Attention is { } track ? MeanOverHeads(track, weights, t) : null;
            }

            return new MazeThought(moves, certainty, attention) { UseMostCertain = Recipe.UseMostCertain };
        });
    }

    /// <inheritdoc/>
    protected override void Fill(bool isTraining, long position, Span<float> inputs, Span<int> targets) =>
        (isTraining ? mazes.Value : unseen).Fill(position, inputs, targets);

    /// <inheritdoc/>
    protected override int Readings => Recipe.Readings;

    /// <inheritdoc/>
    protected override SampleForm ReadAgain(int first, int count, int reading)
    {
        MazeTurn turn = MazeTurn.All[reading];
        var turned = new Maze[count];
        for (int b = 0; b < count; b++)
        {
            turned[b] = new Maze(Recipe.MazeSize);
            turn.Apply(TestMaze(first + b), turned[b]);
        }

        return new SampleForm(PicturesOf(turned), turn.MovesBack());
    }

    /// <inheritdoc/>
    protected override IEvaluationObserver Observe() => new MazeStrategyObserver(Recipe.RouteLength, TestMaze);

    private protected override ClassificationFigures Sum(
        ClassificationEvaluator evaluator, NeuronDynamics? dynamics, IEvaluationObserver? observer) =>
        new MazeFigures(evaluator.Result(Name, dynamics), evaluator.PerTickWhole, (MazeStrategyObserver)observer!);

    // The moves at the tick that answers, for each maze.
    private int[][] Answers(Maze[] shown) => Think(PicturesOf(shown), output =>
    {
        float[] logits = output.Predictions.Data.ToArray();
        var shape = new LossShape(output.Ticks, shown.Length, Recipe.RouteLength, MazeMoves.Count);
        return Enumerable.Range(0, shown.Length).Select(Moves).ToArray();

        int[] Moves(int sample)
        {
            var moves = new int[Recipe.RouteLength];
            PredictionReading.Read(
                PredictionReading.Answer(logits, shape, sample, Recipe.UseMostCertain), MazeMoves.Count, moves, null);
            return moves;
        }
    });

    private float[] PicturesOf(Maze[] shown)
    {
        var pictures = new float[shown.Length * InputLength];
        for (int b = 0; b < shown.Length; b++)
        {
            MazeImage.Write(shown[b], pictures.AsSpan(b * InputLength, InputLength), MazeImageLayout.Nhwc, Range);
        }

        return pictures;
    }

    private static MazeAttention MeanOverHeads(AttentionTrack track, float[] weights, int tick)
    {
        int tokens = track.Height * track.Width;
        var mean = new float[tokens];
        for (int i = 0; i < track.Heads * tokens; i++)
        {
            mean[i % tokens] += weights[(tick * track.Heads * tokens) + i] / track.Heads;
        }

        return new MazeAttention(track.Height, track.Width, mean);
    }

    private static ClassificationSettings Settings(MazeRecipe recipe) => new()
    {
        Batch = recipe.Batch,
        Height = recipe.MazeSize,
        Width = recipe.MazeSize,
        UseMostCertain = recipe.UseMostCertain,
        EveryTickLoss = recipe.EveryTickLoss,
        Lookahead = recipe.Lookahead,
        TestSamples = recipe.TestMazes,
        ProbeSamples = recipe.ProbeMazes,
        Seed = recipe.Seed,
    };

    private static MazeRecipe Checked(MazeRecipe recipe)
    {
        MazeSettings.Check(recipe);
        int width = recipe.RouteLength * MazeMoves.Count;
        TrainingSettings.Require(
            recipe.Model.OutputWidth == width && recipe.Model.PredictionReshaper is [int r, MazeMoves.Count] && r == recipe.RouteLength,
            $"route_length {recipe.RouteLength} needs out_dims {width} and prediction_reshaper [{recipe.RouteLength}, {MazeMoves.Count}]");
        TrainingSettings.Require(
            recipe.Model.ImageSize == 0 || recipe.Model.ImageSize == recipe.MazeSize,
            $"image_size is {recipe.Model.ImageSize}, mazes of size {recipe.MazeSize} need {recipe.MazeSize}");
        return recipe;
    }
}
