using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>A maze run: training, reports, checkpoints, the evaluation at the end, and what they leave in the run folder.</summary>
public sealed class MazeRun : IDisposable
{
    private readonly TrainingLoop loop;
    private long saved = -1;

    private MazeRun(RunFolder folder, RunConfiguration<MazeRecipe> configuration, MazeTask task)
    {
        Folder = folder;
        Configuration = configuration;
        Task = task;
        loop = new TrainingLoop(task, configuration.Recipe.Training) { Save = Save };
    }

    /// <summary>The run folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The settings.</summary>
    public RunConfiguration<MazeRecipe> Configuration { get; }

    /// <summary>The model with its mazes.</summary>
    public MazeTask Task { get; }

    /// <summary>Steps done; may be read while another thread trains.</summary>
    public long Step => loop.Step;

    /// <summary>Begins a run in a new folder; nothing is written when the settings are wrong.</summary>
    /// <exception cref="TaskSettingException">When the settings do not fit together, or the folder holds a run already.</exception>
    /// <exception cref="IOException">When the folder cannot be written.</exception>
    public static MazeRun Start(string folder, string preset, MazeRecipe recipe, ComputeDevice device)
    {
        MazeSettings.Check(recipe);
        RunFolder.CheckFree(folder);
        var task = new MazeTask(device, recipe);
        try
        {
            var configuration = new RunConfiguration<MazeRecipe> { Task = "maze", Preset = preset, Device = device.Name, Recipe = recipe };
            return new MazeRun(RunFolder.Create(folder, configuration), configuration, task);
        }
        catch
        {
            task.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a run where its latest checkpoint stands, or from its start where there is none.</summary>
    /// <exception cref="Engine.Files.CtmFileException">When a file is damaged or of another model; nothing is changed then.</exception>
    public static MazeRun Resume(RunFolder folder, ComputeDevice device)
    {
        RunConfiguration<MazeRecipe> configuration = folder.ReadConfiguration<MazeRecipe>();
        MazeSettings.Check(configuration.Recipe);
        var run = new MazeRun(folder, configuration, new MazeTask(device, configuration.Recipe));
        try
        {
            if (folder.HasCheckpoint)
            {
                TrainingState state = Checkpoint.LoadTraining(folder.Checkpoint);
                Checkpoint.LoadModel(folder.Checkpoint, run.Task.Model);
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

    /// <summary>Trains to the last step, evaluates, and writes the report.</summary>
    /// <param name="progress">Hears every report; null for none.</param>
    /// <param name="cancellation">Ends the run after the current step; a checkpoint is saved first.</param>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    /// <exception cref="TrainingDivergedException">When the loss is no longer a number; the latest checkpoint stays.</exception>
    public MazeRunResult Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        MazeRecipe recipe = Configuration.Recipe;
        if (loop.Step < recipe.Training.Steps)
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

        EvaluationFigures figures = EvaluationFigures.Of(Task.EvaluateMazes(recipe.TestMazes, cancellation));
        double seconds = loop.Elapsed.TotalSeconds;
        Folder.Metrics.Append(new MetricsLine { Step = loop.Step, Seconds = seconds, Final = figures });
        MazeReport.Write(Folder, Configuration, Task, figures, loop.Elapsed);
        return new MazeRunResult(figures, loop.Step, loop.Elapsed, Folder.Report);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loop.Dispose();
        Task.Dispose();
    }

    private void Save(TrainingLoop current)
    {
        Checkpoint.Save(Folder.Checkpoint, Task.Model, current.Capture());
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

/// <summary>What a run has come to.</summary>
/// <param name="Figures">The figures on unseen mazes.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Elapsed">Time spent on training.</param>
/// <param name="Report">The report.</param>
public sealed record MazeRunResult(EvaluationFigures Figures, long Steps, TimeSpan Elapsed, string Report);
