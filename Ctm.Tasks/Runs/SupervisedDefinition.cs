using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Reports;

namespace Ctm.Tasks.Runs;

/// <summary>A task that learns from samples with known answers.</summary>
/// <typeparam name="TRecipe">Its settings.</typeparam>
/// <typeparam name="TTask">A model with its samples.</typeparam>
public abstract class SupervisedDefinition<TRecipe, TTask> : TaskDefinition<TRecipe>
    where TRecipe : class, ISupervisedRecipe
    where TTask : class, ISupervisedTask
{
    /// <summary>A model with start values, and its samples.</summary>
    /// <exception cref="TaskSettingException">When the recipe's settings do not fit together.</exception>
    public abstract TTask Create(ComputeDevice device, TRecipe recipe);

    /// <summary>As <see cref="Create"/>, with the precision that the recipe trains in.</summary>
    internal TTask Open(ComputeDevice device, TRecipe recipe)
    {
        TTask task = Create(device, recipe);
        task.Parameters.Precision = recipe.Training.Precision;
        return task;
    }

    /// <summary>Draws the pictures of a report and writes its text.</summary>
    /// <param name="context">What there is to tell.</param>
    /// <param name="pictures">The folder to save the pictures to.</param>
    public abstract ReportText Report(ReportContext<TRecipe, TTask> context, string pictures);

    /// <inheritdoc/>
    protected sealed override ITaskRun Start(RunConfiguration<TRecipe> configuration, string folder, ComputeDevice device) =>
        SupervisedRun<TRecipe, TTask>.Start(this, configuration, folder, device);

    /// <inheritdoc/>
    protected sealed override ITaskRun Resume(RunConfiguration<TRecipe> configuration, RunFolder folder, ComputeDevice device) =>
        SupervisedRun<TRecipe, TTask>.Resume(this, configuration, folder, device);

    /// <inheritdoc/>
    protected sealed override EvaluationFigures Evaluate(
        TRecipe recipe, string checkpoint, ComputeDevice device, int? count, CancellationToken cancellation)
    {
        using TTask task = Open(device, recipe);
        Checkpoint.LoadModel(checkpoint, task.Model);
        return task.EvaluateUnseen(count, cancellation);
    }

    /// <inheritdoc/>
    protected sealed override StoppingFigures MeasureStopping(
        TRecipe recipe, string checkpoint, ComputeDevice device, double threshold, int? count, CancellationToken cancellation)
    {
        using TTask task = Open(device, recipe);
        if (task is not IStoppingTask stopping)
        {
            throw CannotStop();
        }

        Checkpoint.LoadModel(checkpoint, task.Model);
        return stopping.MeasureStopping(threshold, count, cancellation);
    }
}
