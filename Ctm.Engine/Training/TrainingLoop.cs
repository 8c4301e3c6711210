using System.Diagnostics;
using Ctm.Engine.Autograd;

namespace Ctm.Engine.Training;

/// <summary>
/// Trains a task's model: forward, backward, clipping, optimizer, reports, checkpoints. Stopping and resuming is bit-equal to
/// not stopping.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private readonly ITrainingTask task;
    private readonly TrainingOptions options;
    private readonly Optimizer optimizer;
    private readonly LearningRateSchedule schedule;
    private readonly Tape tape;
    private TimeSpan before;

    /// <summary>Prepares a run.</summary>
    public TrainingLoop(ITrainingTask task, TrainingOptions options)
    {
        this.task = task;
        this.options = options;
        task.Parameters.Precision = options.Precision;
        optimizer = Optimizer.Create(task.Parameters, options);
        schedule = LearningRateSchedule.Create(options);
        tape = new Tape(task.Parameters.Device) { Seed = options.Seed, CheckpointTicks = options.CheckpointTicks };
    }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Called with the loop when a checkpoint is due, at the end and when the run is cancelled.</summary>
    public Action<TrainingLoop>? Save { get; set; }

    /// <summary>Time spent, earlier parts of a resumed run included.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>What the ticks of the latest step keep for its backward pass; zero before the first.</summary>
    public ActivationMemory Activations => tape.CountActivations();

    /// <summary>The optimizer's and the task's state, and where the run stands.</summary>
    public TrainingState Capture() => new(Step, Elapsed.TotalSeconds, optimizer.Capture(), task.Capture());

    /// <summary>Goes on where a captured run stood; the model's own state is restored apart.</summary>
    public void Restore(TrainingState state)
    {
        optimizer.Restore(state.Moments);
        task.Restore(state.Task);
        Step = state.Step;
        before = Elapsed = TimeSpan.FromSeconds(state.Seconds);
    }

    /// <summary>Runs until the last step.</summary>
    /// <param name="progress">Receives a report every so many steps; null for none.</param>
    /// <param name="cancellation">Ends the run after the current step; a checkpoint is saved first.</param>
    /// <returns>The last report, with an evaluation.</returns>
    /// <exception cref="InvalidOperationException">When all steps have been done before.</exception>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    /// <exception cref="TrainingDivergedException">When the loss is no longer a number.</exception>
    public TrainingProgress Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        long reported = Step;
        TimeSpan reportedAt = TimeSpan.Zero;
        TrainingProgress? latest = null;
        while (Step < options.Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Elapsed = before + clock.Elapsed;
                Save?.Invoke(this);
                cancellation.ThrowIfCancellationRequested();
            }

            RunStep();
            Elapsed = before + clock.Elapsed;
            bool isLast = Step == options.Steps;
            bool evaluate = isLast || Due(options.EvaluateEvery);
            if (evaluate || Due(options.ReportEvery))
            {
                TimeSpan now = clock.Elapsed;
                double rate = (Step - reported) / Math.Max(1e-9, (now - reportedAt).TotalSeconds);
                latest = Report(rate, evaluate ? task.Evaluate(cancellation) : null);
                progress?.Report(latest);
                reported = Step;
                reportedAt = clock.Elapsed;
            }

            if (isLast || Due(options.SaveEvery))
            {
                // A checkpoint never replaces a good one by a model that has diverged.
                CheckLoss();
                Elapsed = before + clock.Elapsed;
                Save?.Invoke(this);
            }
        }

        if (latest is null)
        {
            throw new InvalidOperationException($"The run has had all of its {options.Steps} steps: there is nothing left to train.");
        }

        return latest;
    }

    /// <summary>Does one step without any report.</summary>
    public void RunStep()
    {
        int updates = task.UpdatesPerStep;
        for (int i = 0; i < updates; i++)
        {
            long update = (Step * updates) + i;
            task.Parameters.ClearGradients();
            tape.Begin(recording: true, (ulong)update);
            tape.LossScale = optimizer.LossScale;
            task.Forward(tape, update);
            tape.Backward();
            optimizer.Step(schedule.At(Step));
        }

        Step++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tape.Dispose();
        optimizer.Dispose();
    }

    private double CheckLoss()
    {
        double loss = task.ReadLoss();
        return double.IsFinite(loss)
            ? loss
            : throw new TrainingDivergedException($"The loss is {loss} at step {Step}: try a lower learning rate than {options.LearningRate}.");
    }

    private bool Due(long every) => every > 0 && Step % every == 0;

    private TrainingProgress Report(double rate, IReadOnlyDictionary<string, double>? evaluation)
    {
        return new TrainingProgress
        {
            Step = Step,
            Steps = options.Steps,
            Loss = CheckLoss(),
            LearningRate = schedule.At(Math.Max(0, Step - 1)),
            GradientNorm = optimizer.ReadNorm(),
            Measures = task.ReadMeasures(),
            Evaluation = evaluation,
            StepsPerSecond = rate,
            Elapsed = Elapsed,
            Remaining = rate > 0 ? TimeSpan.FromSeconds((options.Steps - Step) / rate) : TimeSpan.Zero,
        };
    }
}

/// <summary>The loss is no longer a number.</summary>
/// <param name="message">One line that says where, and what to try.</param>
public sealed class TrainingDivergedException(string message) : Exception(message);
