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
    public override IReadOnlyList<string> Models { get; } = [ModelKinds.Sort];

    /// <inheritdoc/>
    public override Type FiguresType => typeof(SortFigures);

    /// <inheritdoc/>
    public override SortRecipe Recipe(string preset, string model) => SortRecipe.Preset(preset);

    /// <inheritdoc/>
    /// <remarks>The model's input and output follow <c>numbers</c>, unless they are set themselves.</remarks>
    public override SortRecipe Apply(SortRecipe recipe, IReadOnlyList<string> settings)
    {
        HashSet<string> given = [.. settings.Select(RecipeSettings.KeyOf)];
        SortRecipe result = RecipeSettings.Apply(recipe, settings);
        if (given.Contains("numbers"))
        {
            SortConfiguration m = result.Model;
            result = result with
            {
                Model = m with
                {
                    InputWidth = given.Contains("d_input") ? m.InputWidth : result.Numbers,
                    OutputWidth = given.Contains("out_dims") ? m.OutputWidth : unchecked(result.Numbers + 1),
                },
            };
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
        TrainingSettings.Check(recipe.Training);
        recipe.Model.Validate();
        TrainingSettings.Require(
            recipe.Model.Numbers == recipe.Numbers, $"d_input is {recipe.Model.Numbers}, {recipe.Numbers} numbers need {recipe.Numbers}");
        TrainingSettings.Require(
            recipe.Model.Ticks >= recipe.Numbers,
            $"iterations is {recipe.Model.Ticks}, {recipe.Numbers} numbers cannot be spelled in less than {recipe.Numbers} ticks");
    }

    /// <inheritdoc/>
    public override SortTask Create(ComputeDevice device, SortRecipe recipe) => new(device, recipe);

    /// <inheritdoc/>
    public override ReportText Report(ReportContext<SortRecipe, SortTask> context, string pictures) => SortReport.Make(context, pictures);

    /// <inheritdoc/>
    protected override SortRecipe? RecipeOf(ModelConfiguration model) =>
        model is SortConfiguration c ? SortRecipe.Preset(Presets[0]) with { Numbers = c.Numbers, Model = c } : null;
}
