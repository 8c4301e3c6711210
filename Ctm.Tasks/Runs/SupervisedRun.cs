using Ctm.Engine.Autograd;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;

namespace Ctm.Tasks.Runs;

/// <summary>A run of a task that learns from samples with known answers. Stopping and resuming is bit-equal to not stopping.</summary>
/// <typeparam name="TRecipe">The task's settings.</typeparam>
/// <typeparam name="TTask">The model with its samples.</typeparam>
public sealed class SupervisedRun<TRecipe, TTask> : ITaskRun
    where TRecipe : class, ISupervisedRecipe
    where TTask : class, ISupervisedTask
{
    private readonly SupervisedDefinition<TRecipe, TTask> definition;
    private readonly RunConfiguration<TRecipe> configuration;
    private readonly TTask task;
    private readonly TrainingLoop loop;
    private long saved = -1;

    private SupervisedRun(
        SupervisedDefinition<TRecipe, TTask> definition, RunConfiguration<TRecipe> configuration, TTask task, RunFolder folder)
    {
        this.definition = definition;
        this.configuration = configuration;
        this.task = task;
        Folder = folder;
        loop = new TrainingLoop(task, configuration.Recipe.Training) { Save = Save };
    }

    /// <inheritdoc/>
    public TaskDefinition Task => definition;

    /// <inheritdoc/>
    public string Title => task.Title;

    /// <inheritdoc/>
    public string Preset => configuration.Preset;

    /// <inheritdoc/>
    public string Model => configuration.Recipe.ModelKind;

    /// <inheritdoc/>
    public long ParameterCount => task.Parameters.Count;

    /// <inheritdoc/>
    public ComputeDevice Device => task.Parameters.Device;

    /// <inheritdoc/>
    public RunFolder Folder { get; }

    /// <inheritdoc/>
    public long Step => loop.Step;

    /// <inheritdoc/>
    public long Steps => configuration.Recipe.Training.Steps;

    internal static ITaskRun Start(
        SupervisedDefinition<TRecipe, TTask> definition, RunConfiguration<TRecipe> configuration, string folder, ComputeDevice device)
    {
        RunFolder.CheckFree(folder);
        TTask task = definition.Open(device, configuration.Recipe);
        try
        {
            return new SupervisedRun<TRecipe, TTask>(definition, configuration, task, RunFolder.Create(folder, configuration));
        }
        catch
        {
            task.Dispose();
            throw;
        }
    }

    internal static ITaskRun Resume(
        SupervisedDefinition<TRecipe, TTask> definition, RunConfiguration<TRecipe> configuration, RunFolder folder, ComputeDevice device)
    {
        var run = new SupervisedRun<TRecipe, TTask>(definition, configuration, definition.Open(device, configuration.Recipe), folder);
        try
        {
            if (folder.HasCheckpoint)
            {
                TrainingState state = Checkpoint.LoadTraining(folder.Checkpoint);
                Checkpoint.LoadModel(folder.Checkpoint, run.task.Model);
                run.loop.Restore(state);
                run.saved = state.Step;
            }

            folder.Metrics.Rewind(run.loop.Step);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public TaskRunResult Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (loop.Step < Steps)
        {
            try
            {
                loop.Run(new Recorder(Folder.Metrics, progress), cancellation);
            }
            catch (OperationCanceledException) when (saved != loop.Step)
            {
                Save(loop);
                throw;
            }
        }

        EvaluationFigures figures = task.EvaluateUnseen(count: null, cancellation);
        Folder.Metrics.Append(new MetricsLine { Step = loop.Step, Seconds = loop.Elapsed.TotalSeconds, Final = figures });
        var context = new ReportContext<TRecipe, TTask>(definition, configuration, task, figures, loop.Elapsed, Folder.Metrics.Read());
        ReportFile.Write(Folder, pictures => definition.Report(context, pictures));
        ActivationMemory activations = loop.Activations;
        TrainingMemory? memory = activations.Bytes == 0
            ? null
            : new TrainingMemory(activations.BytesPerTick, activations.Bytes, Device.Memory.PeakBytes);
        return new TaskRunResult(figures, loop.Step, loop.Elapsed, Folder.Report, memory);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loop.Dispose();
        task.Dispose();
    }

    private void Save(TrainingLoop current)
    {
        Checkpoint.Save(Folder.Checkpoint, task.Model, current.Capture());
        saved = current.Step;
    }

    private sealed class Recorder(RunMetrics metrics, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            metrics.Append(MetricsLine.Of(value));
            next?.Report(value);
        }
    }
}
