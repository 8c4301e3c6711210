using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tasks.Images;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Questions;

/// <summary>A model that sees digits, hears a question about them and learns to answer (paper appendix G.5).</summary>
public sealed class QamnistTask : ISupervisedTask
{
    /// <summary>Name of the task.</summary>
    public const string Name = "qamnist";

    private const int EvaluationBatch = 100;
    private const ulong TestStream = 0x74657374;
    private readonly DigitPictures training, unseen;
    private readonly DeviceBuffer<int> answers;
    private readonly TwoTickLoss loss;
    private readonly RunningResultLoss? running;
    private Tensor? predictions;
    private float[] pixels = [];

    /// <summary>Creates the model and reads the digits.</summary>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not fit together.</exception>
    /// <exception cref="DirectoryNotFoundException">When a file of the digits is missing; says how to get it.</exception>
    /// <exception cref="InvalidDataException">When a file is damaged; names it.</exception>
    public QamnistTask(ComputeDevice device, QamnistRecipe recipe)
    {
        Recipe = recipe;
        Device = device;
        training = new DigitPictures(MnistFiles.Load(recipe.Data, train: true));
        unseen = new DigitPictures(MnistFiles.Load(recipe.Data, train: false));
        Model = recipe.Model.Create(device, recipe.Seed);
        answers = device.Allocate<int>(recipe.Batch);
        loss = new TwoTickLoss(device, Shape(recipe.Batch), recipe.UseMostCertain);
        running = recipe.RunningResults ? new RunningResultLoss(device, recipe) : null;
    }

    /// <summary>The settings.</summary>
    public QamnistRecipe Recipe { get; }

    /// <summary>Where the model lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The model.</summary>
    public QamnistModel Model { get; }

    Model ISupervisedTask.Model => Model;

    /// <inheritdoc/>
    public string Title => FormattableString.Invariant($"{Name} of up to {Recipe.MaxDigits} digits and {Recipe.MaxOperations} operations");

    /// <inheritdoc/>
    public ParameterSet Parameters => Model.Parameters;

    /// <inheritdoc/>
    public void Forward(Tape tape, long step)
    {
        var random = new SampleRandom(Recipe.Seed, (ulong)step);
        int digits = Recipe.Draw(ref random, Recipe.MinDigits, Recipe.MaxDigits, step);
        int operations = Recipe.Draw(ref random, Recipe.MinOperations, Recipe.MaxOperations, step);
        QuestionBatch questions = QuestionBatch.Draw(ref random, training, digits, operations, Recipe.Batch);
        answers.View.CopyFrom(questions.Answers);
        QamnistOutput output = Think(tape, training, questions);
        predictions = output.Answers;
        loss.Forward(tape, predictions, answers.View);
        running?.Forward(tape, output.Ticks.Predictions, questions);
    }

    /// <inheritdoc/>
    public double ReadLoss() => loss.Loss.ToArray()[0];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> ReadMeasures() => new Dictionary<string, double>
    {
        ["accuracy"] = loss.ReadScores(predictions!, answers.View).Solved.Average(),
        ["tick"] = loss.MostCertainTicks.ToArray().Average() + 1,
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation)
    {
        ClassificationFigures figures = Answer(Recipe.MaxDigits, Recipe.MaxOperations, Recipe.ProbeSamples, cancellation);
        return new Dictionary<string, double> { ["accuracy"] = figures.Accuracy, ["tick"] = figures.MeanTick };
    }

    /// <inheritdoc/>
    public EvaluationFigures EvaluateUnseen(int? count, CancellationToken cancellation)
    {
        ClassificationFigures common = Answer(Recipe.MaxDigits, Recipe.MaxOperations, count ?? Recipe.TestSamples, cancellation);
        double[][]? grid = Recipe.Grid == 0 ? null :
        [
            .. Enumerable.Range(1, Recipe.Grid).Select(digits => Enumerable.Range(1, Recipe.Grid)
                .Select(operations => Answer(digits, operations, Recipe.GridSamples, cancellation).Accuracy).ToArray()),
        ];
        return new QamnistFigures(common, grid);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        running?.Dispose();
        loss.Dispose();
        answers.Dispose();
        Model.Dispose();
    }

    private ClassificationFigures Answer(int digits, int operations, int count, CancellationToken cancellation)
    {
        var evaluator = new ClassificationEvaluator(Shape(1), Recipe.UseMostCertain);
        NeuronDynamics? dynamics = null;
        using var tape = new Tape(Device);
        for (int done = 0; done < count;)
        {
            cancellation.ThrowIfCancellationRequested();
            int batch = Math.Min(EvaluationBatch, count - done);
            var random = new SampleRandom(Recipe.Seed ^ TestStream, (ulong)done);
            QuestionBatch questions = QuestionBatch.Draw(ref random, unseen, digits, operations, batch);
            tape.Begin(recording: false);
            QamnistOutput output = Think(tape, unseen, questions);
            evaluator.Add(output.Answers.Data.ToArray(), questions.Answers, batch);
            dynamics ??= NeuronDynamics.Of(output.Ticks, Parameters);
            done += batch;
        }

        return evaluator.Result(Name, dynamics);
    }

    private QamnistOutput Think(Tape tape, DigitPictures pictures, QuestionBatch questions)
    {
        int batch = questions.Answers.Length, shown = questions.Digits, count = batch * shown, repeats = Recipe.Model.DigitTicks;
        if (pixels.Length < count * DigitPictures.Pixels)
        {
            pixels = new float[count * DigitPictures.Pixels];
        }

        // The first digit of all samples, then the second one, and so on.
        for (int i = 0; i < count; i++)
        {
            int picture = questions.Pictures[(i % batch * shown) + (i / batch)];
            pictures.Write(picture, pixels.AsSpan(i * DigitPictures.Pixels, DigitPictures.Pixels));
        }

        Tensor images = tape.New(count * DigitPictures.Pixels, 1, needsGradient: false);
        images.Data.CopyFrom(pixels.AsSpan(0, count * DigitPictures.Pixels));
        return Model.Forward(tape, new QamnistInput
        {
            Batch = batch,
            Images = new FeatureMap(images, count, DigitPictures.Side, DigitPictures.Side),
            ImageOfTick = [.. Enumerable.Range(0, shown * repeats).Select(tick => tick / repeats)],
            Question = questions.Spoken(Recipe.Model.QuestionPartTicks),
        });
    }

    private LossShape Shape(int batch) => new(Recipe.Model.AnswerTicks, batch, 1, Recipe.Model.OutputWidth);
}
