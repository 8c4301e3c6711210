using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Sorting;

/// <summary>The task <c>sort</c>: to sort real numbers, spelling their indices over the ticks (paper appendix G.4).</summary>
public sealed class SortDefinition : SupervisedDefinition<SortRecipe, SortTask>
{
    private const int Most = 256;

    /// <inheritdoc/>
    public override string Name => SortTask.Name;

    /// <inheritdoc/>
    public override TaskWords Words { get; } = new("lists", "lists right", "numbers right", "tick of the last number");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Presets => SortRecipe.Presets;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Models { get; } = [ModelKinds.Sort, ModelKinds.SortLstm];

    /// <inheritdoc/>
    public override Type FiguresType => typeof(SortFigures);

    /// <inheritdoc/>
    public override SortRecipe Recipe(string preset, string model) => SortRecipe.Preset(preset, model);

    /// <inheritdoc/>
    /// <remarks>
    /// The model's input and output follow <c>numbers</c>, and there are no more <c>readings</c> than numbers, unless they are set themselves.
    /// </remarks>
    public override SortRecipe Apply(SortRecipe recipe, IReadOnlyList<string> settings)
    {
        HashSet<string> given = [.. settings.Select(RecipeSettings.KeyOf)];
        SortRecipe result = RecipeSettings.Apply(recipe, settings);
        if (given.Contains("numbers"))
        {
            TickModelConfiguration follows = ((ISortConfiguration)result.Model).For(result.Numbers);
            int readings = given.Contains("readings") ? result.Readings : Math.Min(result.Readings, Math.Max(1, result.Numbers));
            result = RecipeSettings.Apply(result with { Model = follows, Readings = readings }, [.. settings.Where(IsOfModel)]);
        }

        Check(result);
        return result;
    }

    /// <inheritdoc/>
    public override void Check(SortRecipe recipe)
    {
        TrainingSettings.Within("numbers", recipe.Numbers, 2, Most);
        TrainingSettings.AtLeast("batch", recipe.Batch, 1);
        TrainingSettings.Require(double.IsFinite(recipe.Mean), $"mean is {recipe.Mean}, it must be a number");
        TrainingSettings.Require(
            recipe.Deviation > 0 && double.IsFinite(recipe.Deviation), $"deviation is {recipe.Deviation}, it must be above 0");
        TrainingSettings.AtLeast("test_samples", recipe.TestSamples, 1);
        TrainingSettings.AtLeast("probe_samples", recipe.ProbeSamples, 1);
        TrainingSettings.Within("readings", recipe.Readings, 1, recipe.Numbers);
        TrainingSettings.Check(recipe.Training);
        recipe.Model.Validate();
        int given = recipe.Model is ISortConfiguration sorting ? sorting.Numbers : 0, ticks = recipe.Model.TickCount;
        TrainingSettings.Require(given > 0, $"model is {recipe.Model.Kind}, it must be one of {string.Join(", ", Models)}");
        TrainingSettings.Require(given == recipe.Numbers, $"d_input is {given}, {recipe.Numbers} numbers need {recipe.Numbers}");
        TrainingSettings.Require(
            ticks >= recipe.Numbers,
            $"iterations is {ticks}, {recipe.Numbers} numbers cannot be spelled in less than {recipe.Numbers} ticks");
    }

    /// <inheritdoc/>
    public override SortTask Create(ComputeDevice device, SortRecipe recipe) => new(device, recipe);

    /// <inheritdoc/>
    public override ReportText Report(ReportContext<SortRecipe, SortTask> context, string pictures) => SortReport.Make(context, pictures);

    /// <inheritdoc/>
    protected override SortRecipe? RecipeOf(ModelConfiguration model) =>
        model is ISortConfiguration c and TickModelConfiguration shape
            ? SortRecipe.Preset("paper", Models[0]) with { Numbers = c.Numbers, Model = shape }
            : null;

    private static bool IsOfModel(string setting) => RecipeSettings.KeyOf(setting) is "d_input" or "out_dims";
}
