using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Measures;

/// <summary>A model that sees an input once and classifies one or several positions of it at every tick, with the two-tick loss.</summary>
public abstract class ClassificationTask : ISupervisedTask, IStoppingTask
{
    private readonly ClassificationSettings settings;
    private readonly float[] inputs;
    private readonly int[] targets;
    private readonly DeviceBuffer<float> deviceInputs;
    private readonly DeviceBuffer<int> deviceTargets;
    private readonly ClassificationLoss loss;
    private Tensor? predictions;

    /// <summary>Creates the model and the memory of a batch.</summary>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not fit together.</exception>
    protected ClassificationTask(ComputeDevice device, TickModelConfiguration model, ClassificationSettings settings)
    {
        this.settings = settings;
        Device = device;
        Model = model.Create(device, settings.Seed);
        inputs = new float[settings.Batch * InputLength];
        targets = new int[settings.Batch * model.Positions];
        deviceInputs = device.Allocate<float>(inputs.Length);
        deviceTargets = device.Allocate<int>(targets.Length);
        loss = new ClassificationLoss(device, model, settings);
    }

    /// <inheritdoc/>
    public abstract string Title { get; }

    /// <summary>Where the model lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The model.</summary>
    public TickModel Model { get; }

    Model ISupervisedTask.Model => Model;

    /// <inheritdoc/>
    public ParameterSet Parameters => Model.Parameters;

    /// <summary>Name of the measure of samples that are wholly right.</summary>
    protected virtual string WholeKey => "accuracy";

    /// <summary>Values of one input.</summary>
    protected int InputLength => settings.Height * settings.Width * Model.Configuration.InputChannels;

    /// <inheritdoc/>
    public void Forward(Tape tape, long step)
    {
        Fill(isTraining: true, step * settings.Batch, inputs, targets);
        deviceInputs.View.CopyFrom(inputs);
        deviceTargets.View.CopyFrom(targets);
        TickOutput output = Think(tape, deviceInputs.View, settings.Batch, settings.Height, settings.Width, loss.Ticks);
        predictions = output.Predictions;
        loss.Forward(tape, output, deviceTargets.View);
    }

    /// <inheritdoc/>
    public StateDictionary? Capture() => loss.Capture();

    /// <inheritdoc/>
    public void Restore(StateDictionary? state) => loss.Restore(state);

    /// <inheritdoc/>
    public double ReadLoss() => loss.Latest.Loss.ToArray()[0];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> ReadMeasures()
    {
        (int[] correct, int[] whole) = loss.Latest.ReadScores(predictions!, deviceTargets.View);
        int positions = Model.Configuration.Positions;
        var measures = new Dictionary<string, double>();
        if (positions > 1)
        {
            measures["step_accuracy"] = correct.Average() / positions;
        }

        measures[WholeKey] = whole.Average();
        if (settings.Lookahead is not null)
        {
            measures["reach"] = loss.MeanReach;
        }

        measures["tick"] = loss.Latest.MostCertainTicks.ToArray().Average() + 1;
        return measures;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation)
    {
        ClassificationFigures result = Answer(settings.ProbeSamples, readingCount: 1, cancellation);
        var measures = new Dictionary<string, double>();
        if (Model.Configuration.Positions > 1)
        {
            measures["step_accuracy"] = result.StepAccuracy;
        }

        measures[WholeKey] = result.Accuracy;
        measures["tick"] = result.MeanTick;
        return measures;
    }

    /// <inheritdoc/>
    public virtual EvaluationFigures EvaluateUnseen(int? count, CancellationToken cancellation) =>
        Answer(count ?? settings.TestSamples, cancellation);

    /// <inheritdoc/>
    public StoppingFigures MeasureStopping(double threshold, int? count, CancellationToken cancellation)
    {
        using var measure = new StoppingMeasure(Model, threshold, settings.UseMostCertain);
        foreach (SampleBatch samples in Unseen(count ?? settings.TestSamples, cancellation))
        {
            measure.Add(samples);
        }

        return measure.Result();
    }

    /// <summary>Thinks about inputs, without recording anything for training.</summary>
    /// <typeparam name="T">What is read of the pass.</typeparam>
    /// <param name="values">The inputs, one after another.</param>
    /// <param name="read">Reads the pass while it is on the tape.</param>
    public T Think<T>(ReadOnlySpan<float> values, Func<TickOutput, T> read)
    {
        using DeviceBuffer<float> input = Device.Allocate<float>(values);
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        return read(Think(tape, input.View, values.Length / InputLength, settings.Height, settings.Width));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loss.Dispose();
        deviceInputs.Dispose();
        deviceTargets.Dispose();
        Model.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Fills a batch of inputs and targets from a position on. What a position holds depends on the position and the recipe alone.
    /// </summary>
    /// <param name="isTraining">Training samples, or unseen ones.</param>
    /// <param name="position">Number of samples before.</param>
    /// <param name="inputs">Values, [B, height, width, channels].</param>
    /// <param name="targets">Classes, [B, positions].</param>
    protected abstract void Fill(bool isTraining, long position, Span<float> inputs, Span<int> targets);

    /// <summary>Unseen samples that are answered at once.</summary>
    protected virtual int EvaluationBatch => 100;

    /// <summary>Unseen samples of one size, which need not be that of training samples.</summary>
    /// <param name="first">Number of samples before.</param>
    /// <param name="count">How many.</param>
    protected virtual SampleBatch ReadUnseen(int first, int count)
    {
        var batch = new SampleBatch(
            settings.Height, settings.Width, new float[count * InputLength], new int[count * Model.Configuration.Positions]);
        Fill(isTraining: false, first, batch.Inputs, batch.Targets);
        return batch;
    }

    /// <summary>Number of unseen samples that there are.</summary>
    protected virtual int UnseenCount => int.MaxValue;

    /// <summary>In how many forms an evaluation shows each sample, itself among them; what stopping gives is measured without the others.</summary>
    protected virtual int Readings => 1;

    /// <summary>Unseen samples once more, in another form.</summary>
    /// <param name="first">Number of samples before.</param>
    /// <param name="count">How many.</param>
    /// <param name="reading">Which form, 1 to <see cref="Readings"/> - 1.</param>
    protected virtual SampleForm ReadAgain(int first, int count, int reading) =>
        throw new NotSupportedException("Samples of this task have one form.");

    /// <summary>Looks at what an evaluation does, batch by batch.</summary>
    /// <returns>An observer of one evaluation; null where nothing but the common figures is wanted.</returns>
    protected virtual IEvaluationObserver? Observe() => null;

    /// <summary>The figures of an evaluation, with what only the task has.</summary>
    private protected abstract ClassificationFigures Sum(
        ClassificationEvaluator evaluator, NeuronDynamics? dynamics, IEvaluationObserver? observer);

    /// <summary>Answers the first unseen samples, always the same ones.</summary>
    private protected ClassificationFigures Answer(int wanted, CancellationToken cancellation) => Answer(wanted, Readings, cancellation);

    private ClassificationFigures Answer(int wanted, int readingCount, CancellationToken cancellation)
    {
        var evaluator = new ClassificationEvaluator(SampleShape, settings.UseMostCertain);
        FormsEvaluator? forms = readingCount == 1 ? null : new FormsEvaluator(SampleShape, settings.UseMostCertain);
        IEvaluationObserver? observer = Observe();
        NeuronDynamics? dynamics = null;
        int first = 0;
        using var tape = new Tape(Device);
        foreach (SampleBatch samples in Unseen(wanted, cancellation))
        {
            int batch = samples.Targets.Length / Model.Configuration.Positions;
            for (int reading = 1; reading < readingCount; reading++)
            {
                SampleForm form = ReadAgain(first, batch, reading);
                forms!.Add(Show(tape, samples, form.Inputs).Predictions.Data.ToArray(), form.ClassOf);
            }

            TickOutput output = Show(tape, samples, samples.Inputs);
            float[] logits = output.Predictions.Data.ToArray();
            forms?.Add(logits);
            forms?.Answer(samples.Targets);
            evaluator.Add(logits, samples.Targets, batch);
            observer?.Add(output, logits, samples.Targets);
            dynamics ??= NeuronDynamics.Of(output, Parameters);
            first += batch;
        }

        return Sum(evaluator, dynamics, observer) with { Forms = forms?.Result(readingCount) };
    }

    // Samples, or another form of them, on an empty tape.
    private TickOutput Show(Tape tape, SampleBatch samples, float[] inputs)
    {
        using DeviceBuffer<float> input = Device.Allocate<float>(inputs.AsSpan());
        tape.Begin(recording: false);
        return Think(tape, input.View, samples.Targets.Length / Model.Configuration.Positions, samples.Height, samples.Width);
    }

    // The first unseen samples, batch by batch.
    private IEnumerable<SampleBatch> Unseen(int wanted, CancellationToken cancellation)
    {
        int count = Math.Min(wanted, UnseenCount);
        for (int done = 0; done < count; done += EvaluationBatch)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return ReadUnseen(done, Math.Min(EvaluationBatch, count - done));
        }
    }

    private TickOutput Think(Tape tape, DeviceView<float> values, int batch, int height, int width, int? ticks = null)
    {
        Tensor input = tape.New(batch * height * width, Model.Configuration.InputChannels, needsGradient: false);
        Device.Elementwise.Copy(values, input.Data);
        return Model.Forward(tape, new FeatureMap(input, batch, height, width), ticks ?? Model.Configuration.TickCount);
    }

    private LossShape SampleShape => new(Model.Configuration.TickCount, 1, Model.Configuration.Positions, Model.Configuration.Classes);
}
