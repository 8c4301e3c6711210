using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Ctc;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Sorting;

/// <summary>A model that learns to sort numbers: over its ticks it spells their indices in rising order (paper appendix G.4).</summary>
public sealed class SortTask : ISupervisedTask
{
    /// <summary>Name of the task.</summary>
    public const string Name = "sort";

    private const int EvaluationBatch = 100;
    private readonly float[] values;
    private readonly int[] targets;
    private readonly DeviceBuffer<float> deviceValues;
    private readonly DeviceBuffer<int> deviceTargets;
    private readonly CtcLoss loss;
    private Tensor? predictions;

    /// <summary>Creates the model and the memory of a batch.</summary>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not fit together.</exception>
    public SortTask(ComputeDevice device, SortRecipe recipe)
    {
        Recipe = recipe;
        Device = device;
        Model = recipe.Model.Create(device, recipe.Seed);
        values = new float[recipe.Batch * recipe.Numbers];
        targets = new int[values.Length];
        deviceValues = device.Allocate<float>(values.Length);
        deviceTargets = device.Allocate<int>(targets.Length);
        loss = new CtcLoss(device, Shape(recipe.Batch));
    }

    /// <summary>The settings.</summary>
    public SortRecipe Recipe { get; }

    /// <summary>Where the model lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The model.</summary>
    public TickModel Model { get; }

    Model ISupervisedTask.Model => Model;

    /// <inheritdoc/>
    public string Title => FormattableString.Invariant($"{Name} {Recipe.Numbers}");

    /// <inheritdoc/>
    public ParameterSet Parameters => Model.Parameters;

    /// <inheritdoc/>
    public void Forward(Tape tape, long step)
    {
        Fill(isTraining: true, step * Recipe.Batch, values, targets);
        deviceValues.View.CopyFrom(values);
        deviceTargets.View.CopyFrom(targets);
        predictions = Think(tape, deviceValues.View, Recipe.Batch).Predictions;
        loss.Forward(tape, predictions, deviceTargets.View);
    }

    /// <inheritdoc/>
    public double ReadLoss() => loss.Loss.ToArray()[0];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> ReadMeasures()
    {
        var evaluator = new SortEvaluator(Shape(1));
        evaluator.Add(predictions!.Data.ToArray(), values, targets, Recipe.Batch);
        return Measures(evaluator.Result(dynamics: null));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation) =>
        Measures(Evaluate(Recipe.ProbeSamples, readingCount: 1, cancellation));

    /// <inheritdoc/>
    public EvaluationFigures EvaluateUnseen(int? count, CancellationToken cancellation) =>
        Evaluate(count ?? Recipe.TestSamples, Recipe.Readings, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        loss.Dispose();
        deviceValues.Dispose();
        deviceTargets.Dispose();
        Model.Dispose();
    }

    private static Dictionary<string, double> Measures(SortFigures figures) => new()
    {
        ["step_accuracy"] = figures.StepAccuracy,
        ["accuracy"] = figures.Accuracy,
        ["tick"] = figures.MeanTick,
    };

    private SortFigures Evaluate(int wanted, int readingCount, CancellationToken cancellation)
    {
        SortEvaluator oneReading = new(Shape(1)), average = new(Shape(1));
        NeuronDynamics? dynamics = null;
        using var tape = new Tape(Device);
        for (int done = 0; done < wanted;)
        {
            cancellation.ThrowIfCancellationRequested();
            int batch = Math.Min(EvaluationBatch, wanted - done);
            var numbers = new float[batch * Recipe.Numbers];
            var order = new int[numbers.Length];
            Fill(isTraining: false, done, numbers, order);
            AveragedReadings? readings = readingCount == 1 ? null : new AveragedReadings(Recipe.Numbers + 1);
            for (int reading = 0; reading < readingCount; reading++)
            {
                int shift = reading * Recipe.Numbers / readingCount;
                using DeviceBuffer<float> input = Device.Allocate<float>(NumberLists.Rotate(numbers, Recipe.Numbers, shift).AsSpan());
                tape.Begin(recording: false);
                TickOutput output = Think(tape, input.View, batch);
                float[] logits = output.Predictions.Data.ToArray();
                readings?.Add(logits, NumberLists.RotatedClasses(Recipe.Numbers, shift));
                if (reading == 0)
                {
                    oneReading.Add(logits, numbers, order, batch);
                    dynamics ??= NeuronDynamics.Of(output, Parameters);
                }
            }

            if (readings is not null)
            {
                average.Add(readings.Logits, numbers, order, batch);
            }

            done += batch;
        }

        SortFigures one = oneReading.Result(dynamics);
        return readingCount == 1
            ? one
            : average.Result(dynamics) with
            {
                Readings = readingCount,
                OneReading = new OneReading(one.Accuracy, one.StepAccuracy, one.PermutationAccuracy),
            };
    }

    private void Fill(bool isTraining, long position, float[] numbers, int[] order)
    {
        int length = Recipe.Numbers;
        for (int i = 0; i < numbers.Length / length; i++)
        {
            NumberLists.Read(Recipe, isTraining, position + i, numbers.AsSpan(i * length, length), order.AsSpan(i * length, length));
        }
    }

    private TickOutput Think(Tape tape, DeviceView<float> numbers, int batch)
    {
        Tensor input = tape.New(batch * Recipe.Numbers, 1, needsGradient: false);
        Device.Elementwise.Copy(numbers, input.Data);
        return Model.Forward(tape, new FeatureMap(input, batch, 1, Recipe.Numbers));
    }

    private CtcShape Shape(int batch) => new(Recipe.Model.TickCount, batch, Recipe.Model.OutputWidth, Recipe.Numbers);
}
