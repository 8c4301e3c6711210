using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Kernels.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes.Pictures;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>A model that learns to walk mazes: it sees the picture once and answers with the moves from start to goal.</summary>
public sealed class MazeTask : ISupervisedTask
{
    /// <summary>Name of the task.</summary>
    public const string Name = "maze";

    private const int EvaluationBatch = 100;
    private readonly MazeBatchSource mazes;
    private readonly float[] images;
    private readonly int[] targets;
    private readonly DeviceBuffer<float> deviceImages;
    private readonly DeviceBuffer<int> deviceTargets;
    private readonly TwoTickLoss loss;
    private Tensor? predictions;

    /// <summary>Creates the model and the stream of mazes.</summary>
    /// <exception cref="TaskSettingException">When the recipe's settings do not fit together.</exception>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not.</exception>
    public MazeTask(ComputeDevice device, MazeRecipe recipe)
    {
        MazeSize.Check(recipe.MazeSize);
        Require(recipe.Batch > 0, $"batch is {recipe.Batch}, it must be 1 or more");
        Require(recipe.RouteLength > 0, $"route_length is {recipe.RouteLength}, it must be 1 or more");
        Require(
            recipe.Model.OutputWidth == recipe.RouteLength * MazeMoves.Count && recipe.Model.PredictionReshaper is [int r, MazeMoves.Count] && r == recipe.RouteLength,
            $"route_length {recipe.RouteLength} needs out_dims {recipe.RouteLength * MazeMoves.Count} and prediction_reshaper [{recipe.RouteLength}, {MazeMoves.Count}]");
        Require(
            recipe.Model.ImageSize == 0 || recipe.Model.ImageSize == recipe.MazeSize,
            $"image_size is {recipe.Model.ImageSize}, mazes of size {recipe.MazeSize} need {recipe.MazeSize}");
        Recipe = recipe;
        Device = device;
        Model = recipe.Model.Create(device, recipe.Seed);
        mazes = MazeBatchSource.Train(recipe.MazeSize, recipe.Seed, BatchOptions(recipe.Augment));
        images = new float[recipe.Batch * mazes.ImageLength];
        targets = new int[recipe.Batch * recipe.RouteLength];
        deviceImages = device.Allocate<float>(images.Length);
        deviceTargets = device.Allocate<int>(targets.Length);
        loss = new TwoTickLoss(device, Shape(recipe.Batch), recipe.UseMostCertain, recipe.Lookahead);
    }

    /// <summary>The settings.</summary>
    public MazeRecipe Recipe { get; }

    /// <summary>Where the model lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The model.</summary>
    public TickModel Model { get; }

    Model ISupervisedTask.Model => Model;

    /// <inheritdoc/>
    public string Title => FormattableString.Invariant($"{Name} {Recipe.MazeSize} x {Recipe.MazeSize}");

    /// <inheritdoc/>
    public ParameterSet Parameters => Model.Parameters;

    /// <inheritdoc/>
    public void Forward(Tape tape, long step)
    {
        mazes.Fill(step * Recipe.Batch, images, targets);
        deviceImages.View.CopyFrom(images);
        deviceTargets.View.CopyFrom(targets);
        predictions = Think(tape, deviceImages.View, Recipe.Batch).Predictions;
        loss.Forward(tape, predictions, deviceTargets.View);
    }

    /// <inheritdoc/>
    public double ReadLoss() => loss.Loss.ToArray()[0];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> ReadMeasures()
    {
        (int[] correct, int[] solved) = loss.ReadScores(predictions!, deviceTargets.View);
        return new Dictionary<string, double>
        {
            ["step_accuracy"] = correct.Average() / Recipe.RouteLength,
            ["solve_rate"] = solved.Average(),
            ["reach"] = loss.Reach.ToArray().Average(r => Math.Min(r, Recipe.RouteLength)),
            ["tick"] = loss.MostCertainTicks.ToArray().Average() + 1,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation)
    {
        MazeFigures result = EvaluateMazes(Recipe.ProbeMazes, cancellation);
        return new Dictionary<string, double>
        {
            ["step_accuracy"] = result.StepAccuracy,
            ["solve_rate"] = result.SolveRate,
            ["tick"] = result.MeanTick,
        };
    }

    /// <inheritdoc/>
    public EvaluationFigures EvaluateUnseen(int? count, CancellationToken cancellation) =>
        EvaluateMazes(count ?? Recipe.TestMazes, cancellation);

    /// <summary>Answers unseen mazes: the first <paramref name="count"/> of the recipe's test mazes, always the same.</summary>
    public MazeFigures EvaluateMazes(int count, CancellationToken cancellation = default)
    {
        var source = MazeBatchSource.Test(Recipe.MazeSize, Recipe.Seed, count, BatchOptions(augment: false));
        var evaluator = new ClassificationEvaluator(Shape(1), Recipe.UseMostCertain);
        NeuronDynamics? dynamics = null;
        using var tape = new Tape(Device);
        for (int done = 0; done < count;)
        {
            cancellation.ThrowIfCancellationRequested();
            int batch = Math.Min(EvaluationBatch, count - done);
            var pictures = new float[batch * source.ImageLength];
            var routes = new int[batch * Recipe.RouteLength];
            source.Fill(done, pictures, routes);
            using DeviceBuffer<float> input = Device.Allocate<float>(pictures.AsSpan());
            tape.Begin(recording: false);
            TickOutput output = Think(tape, input.View, batch);
            evaluator.Add(output.Predictions.Data.ToArray(), routes, batch);
            dynamics ??= NeuronDynamics.Of(output, Parameters);
            done += batch;
        }

        return new MazeFigures(evaluator.Result(Name, dynamics), evaluator.PerTickWhole);
    }

    /// <summary>An unseen maze of the recipe's test set.</summary>
    public Maze TestMaze(int index)
    {
        var maze = new Maze(Recipe.MazeSize);
        MazeBatchSource.Test(Recipe.MazeSize, Recipe.Seed, index + 1, BatchOptions(augment: false)).Read(index, maze);
        return maze;
    }

    /// <summary>Thinks about one maze and keeps what happens at every tick.</summary>
    public MazeThought Think(Maze maze)
    {
        var picture = new float[mazes.ImageLength];
        MazeImage.Write(maze, picture, MazeImageLayout.Nhwc, Range);
        using DeviceBuffer<float> input = Device.Allocate<float>(picture.AsSpan());
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        TickOutput output = Think(tape, input.View, 1);
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
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loss.Dispose();
        deviceImages.Dispose();
        deviceTargets.Dispose();
        Model.Dispose();
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

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new TaskSettingException(message + ".");
        }
    }

    private MazePixelRange Range => Recipe.ExpandRange ? MazePixelRange.Symmetric : MazePixelRange.Unit;

    private TickOutput Think(Tape tape, DeviceView<float> pictures, int batch)
    {
        int size = Recipe.MazeSize;
        Tensor input = tape.New(batch * size * size, MazeImage.Channels, needsGradient: false);
        Device.Elementwise.Copy(pictures, input.Data);
        return Model.Forward(tape, new FeatureMap(input, batch, size, size));
    }

    private LossShape Shape(int batch) => new(Recipe.Model.TickCount, batch, Recipe.RouteLength, MazeMoves.Count);

    private MazeBatchOptions BatchOptions(bool augment) => new()
    {
        RouteLength = Recipe.RouteLength,
        Layout = MazeImageLayout.Nhwc,
        Range = Range,
        Augment = augment,
        Seed = Recipe.Seed,
    };
}

/// <summary>What a model does with one maze, tick by tick.</summary>
/// <param name="Moves">Predicted moves, [T][S].</param>
/// <param name="Certainty">Certainty, [T].</param>
/// <param name="Attention">Where it looks, mean over heads, [T]; null for models that do not attend tick by tick.</param>
public sealed record MazeThought(int[][] Moves, float[] Certainty, MazeAttention?[] Attention)
{
    /// <summary>Whether the most certain tick answers; else the last.</summary>
    public bool UseMostCertain { get; init; } = true;

    /// <summary>The tick that answers, from 0; the first of equally certain ones.</summary>
    public int AnswerTick => UseMostCertain ? Array.IndexOf(Certainty, Certainty.Max()) : Certainty.Length - 1;
}
