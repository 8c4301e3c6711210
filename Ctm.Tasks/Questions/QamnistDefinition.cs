using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Questions;

/// <summary>The task <c>qamnist</c>: to calculate with digits that were seen before (paper appendix G.5).</summary>
public sealed class QamnistDefinition : SupervisedDefinition<QamnistRecipe, QamnistTask>
{
    private const int MostOperations = 100;

    /// <inheritdoc/>
    public override string Name => QamnistTask.Name;

    /// <inheritdoc/>
    public override TaskWords Words { get; } = new("questions", "answers right");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Presets => QamnistRecipe.Presets;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Models { get; } = [ModelKinds.Qamnist, ModelKinds.QamnistLstm];

    /// <inheritdoc/>
    public override Type FiguresType => typeof(QamnistFigures);

    /// <inheritdoc/>
    public override QamnistRecipe Recipe(string preset, string model) => QamnistRecipe.Preset(preset, model);

    /// <inheritdoc/>
    public override QamnistRecipe Apply(QamnistRecipe recipe, IReadOnlyList<string> settings)
    {
        QamnistRecipe result = RecipeSettings.Apply(recipe, settings);
        Check(result);
        return result;
    }

    /// <inheritdoc/>
    public override void Check(QamnistRecipe recipe)
    {
        TrainingSettings.AtLeast("batch", recipe.Batch, 1);
        TrainingSettings.Within("max_digits", recipe.MaxDigits, 1, QuestionEmbedding.Indices);
        TrainingSettings.Within("min_digits", recipe.MinDigits, 1, recipe.MaxDigits);
        TrainingSettings.Within("max_operations", recipe.MaxOperations, 0, MostOperations);
        TrainingSettings.Within("min_operations", recipe.MinOperations, 0, recipe.MaxOperations);
        TrainingSettings.AtLeast("ramp_steps", recipe.RampSteps, 0);
        TrainingSettings.Within("largest_of", recipe.LargestOf, 1, 100);
        TrainingSettings.Within("grid", recipe.Grid, 0, QuestionEmbedding.Indices);
        TrainingSettings.AtLeast("grid_samples", recipe.GridSamples, 1);
        TrainingSettings.AtLeast("test_samples", recipe.TestSamples, 1);
        TrainingSettings.AtLeast("probe_samples", recipe.ProbeSamples, 1);
        TrainingSettings.Check(recipe.Training);
        TrainingSettings.Require(
            recipe.Training.CheckpointTicks == 0,
            $"checkpoint_ticks is {recipe.Training.CheckpointTicks}, models of {QamnistTask.Name} keep all ticks: it must be 0");
        recipe.Model.Validate();
        TrainingSettings.Require(
            recipe.Model.OutputWidth == QuestionBatch.Modulus,
            $"out_dims is {recipe.Model.OutputWidth}, answers modulo {QuestionBatch.Modulus} need {QuestionBatch.Modulus}");
    }

    /// <inheritdoc/>
    public override QamnistTask Create(ComputeDevice device, QamnistRecipe recipe) => new(device, recipe);

    /// <inheritdoc/>
    public override ReportText Report(ReportContext<QamnistRecipe, QamnistTask> context, string pictures) =>
        QamnistReport.Make(context, pictures);

    /// <inheritdoc/>
    protected override QamnistRecipe? RecipeOf(ModelConfiguration model) =>
        model is QamnistModelConfiguration c ? QamnistRecipe.Preset("paper", ModelKinds.Qamnist) with
        {
            Model = c,
            UseMostCertain = c.Kind == ModelKinds.Qamnist,
        } : null;
}
