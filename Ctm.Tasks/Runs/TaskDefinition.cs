using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Runs;

/// <summary>A task by its name: what training and evaluating it takes. <see cref="TaskRegistry"/> has all of them.</summary>
public abstract class TaskDefinition
{
    /// <summary>The name on the command line and in run folders.</summary>
    public abstract string Name { get; }

    /// <summary>What views and reports call its samples and measures.</summary>
    public abstract TaskWords Words { get; }

    /// <summary>Names of the presets, the default first.</summary>
    public abstract IReadOnlyList<string> Presets { get; }

    /// <summary>Kinds of models that it trains, the default first.</summary>
    public abstract IReadOnlyList<string> Models { get; }

    /// <summary>The type of its figures.</summary>
    public abstract Type FiguresType { get; }

    /// <summary>A preset with settings.</summary>
    /// <param name="preset">One of <see cref="Presets"/>.</param>
    /// <param name="model">One of <see cref="Models"/>.</param>
    /// <param name="settings">Settings given as <c>key=value</c>.</param>
    /// <exception cref="TaskSettingException">When there is no such preset or model, or a setting is wrong.</exception>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not fit together.</exception>
    public abstract ITaskPlan Plan(string preset, string model, IReadOnlyList<string> settings);

    /// <summary>The settings of a run.</summary>
    /// <exception cref="Engine.Files.JsonFileException">When its configuration is damaged.</exception>
    public abstract ITaskPlan Open(RunFolder folder);

    /// <summary>The settings to evaluate a model that stands alone; null where the model does not tell that it is of this task.</summary>
    public abstract ITaskPlan? Recognize(ModelConfiguration model);

    /// <summary>Fails unless there is such a preset.</summary>
    /// <exception cref="TaskSettingException">Lists those that there are.</exception>
    public void CheckPreset(string preset)
    {
        if (!Presets.Contains(preset))
        {
            throw new TaskSettingException($"Task {Name} has no preset '{preset}': there are {string.Join(", ", Presets)}.");
        }
    }

    /// <summary>Fails unless there is such a kind of model.</summary>
    /// <exception cref="TaskSettingException">Lists those that there are.</exception>
    public void CheckModel(string kind)
    {
        if (!Models.Contains(kind))
        {
            throw new TaskSettingException($"Task {Name} has no model '{kind}': there are {string.Join(", ", Models)}.");
        }
    }
}

/// <summary>A task whose settings are a recipe of one type.</summary>
/// <typeparam name="TRecipe">The recipe.</typeparam>
public abstract class TaskDefinition<TRecipe> : TaskDefinition
    where TRecipe : class, IRecipe
{
    /// <summary>The recipe of a preset.</summary>
    /// <param name="preset">One of the presets.</param>
    /// <param name="model">One of the kinds of models.</param>
    public abstract TRecipe Recipe(string preset, string model);

    /// <summary>A recipe with settings given as <c>key=value</c>, and what follows from them; checked.</summary>
    public abstract TRecipe Apply(TRecipe recipe, IReadOnlyList<string> settings);

    /// <summary>Checks a recipe before anything is made from it.</summary>
    /// <exception cref="TaskSettingException">When a setting is out of range.</exception>
    /// <exception cref="ModelConfigurationException">When the model's sizes do not fit together.</exception>
    public abstract void Check(TRecipe recipe);

    /// <inheritdoc/>
    public sealed override ITaskPlan Plan(string preset, string model, IReadOnlyList<string> settings)
    {
        CheckPreset(preset);
        CheckModel(model);
        return new TaskPlan(this, preset, Apply(Recipe(preset, model), settings), device: null);
    }

    /// <inheritdoc/>
    public sealed override ITaskPlan Open(RunFolder folder)
    {
        RunConfiguration<TRecipe> configuration = folder.ReadConfiguration<TRecipe>();
        Check(configuration.Recipe);
        return new TaskPlan(this, configuration.Preset, configuration.Recipe, configuration.Device);
    }

    /// <inheritdoc/>
    public sealed override ITaskPlan? Recognize(ModelConfiguration model)
    {
        if (RecipeOf(model) is not { } recipe)
        {
            return null;
        }

        Check(recipe);
        return new TaskPlan(this, Presets[0], recipe, device: null);
    }

    /// <summary>The recipe to evaluate a model by; null where the model does not tell that it is of this task.</summary>
    protected abstract TRecipe? RecipeOf(ModelConfiguration model);

    /// <inheritdoc cref="ITaskPlan.Start"/>
    protected abstract ITaskRun Start(RunConfiguration<TRecipe> configuration, string folder, ComputeDevice device);

    /// <inheritdoc cref="ITaskPlan.Resume"/>
    protected abstract ITaskRun Resume(RunConfiguration<TRecipe> configuration, RunFolder folder, ComputeDevice device);

    /// <inheritdoc cref="ITaskPlan.Evaluate"/>
    protected abstract EvaluationFigures Evaluate(
        TRecipe recipe, string checkpoint, ComputeDevice device, int? count, CancellationToken cancellation);

    /// <inheritdoc cref="ITaskPlan.MeasureStopping"/>
    protected virtual StoppingFigures MeasureStopping(
        TRecipe recipe, string checkpoint, ComputeDevice device, double threshold, int? count, CancellationToken cancellation) =>
        throw CannotStop();

    private protected TaskSettingException CannotStop() =>
        new($"Models of task {Name} do not stop when they are certain: leave --stop-at out.");

    private sealed class TaskPlan(TaskDefinition<TRecipe> task, string preset, TRecipe recipe, string? device) : ITaskPlan
    {
        public TaskDefinition Task => task;

        public string Model => recipe.ModelKind;

        public string? Device => device;

        public ITaskPlan With(IReadOnlyList<string> settings) =>
            settings.Count == 0 ? this : new TaskPlan(task, preset, task.Apply(recipe, settings), device);

        public ITaskRun Start(string folder, ComputeDevice target) => task.Start(Configuration(target.Name), folder, target);

        public ITaskRun Resume(RunFolder folder, ComputeDevice target) => task.Resume(Configuration(device ?? target.Name), folder, target);

        public EvaluationFigures Evaluate(string checkpoint, ComputeDevice target, int? count, CancellationToken cancellation) =>
            task.Evaluate(recipe, checkpoint, target, count, cancellation);

        public StoppingFigures MeasureStopping(
            string checkpoint, ComputeDevice target, double threshold, int? count, CancellationToken cancellation) =>
            task.MeasureStopping(recipe, checkpoint, target, threshold, count, cancellation);

        private RunConfiguration<TRecipe> Configuration(string name) =>
            new() { Task = task.Name, Preset = preset, Device = name, Recipe = recipe };
    }
}
