using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Images;

/// <summary>The tasks <c>mnist</c>, <c>cifar10</c> and <c>images</c>: to tell what a picture shows (paper sections 5 and G).</summary>
/// <param name="name">Name of the task.</param>
public sealed class ImageDefinition(string name) : SupervisedDefinition<ImageRecipe, ImageTask>
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override TaskWords Words { get; } = new("pictures", "right");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Presets => ImageRecipes.Presets;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Models => ImageModels.Kinds;

    /// <inheritdoc/>
    public override Type FiguresType => typeof(ImageFigures);

    /// <inheritdoc/>
    public override ImageRecipe Recipe(string preset, string model) =>
        ImageModels.Exchange(ImageRecipes.Of(name, preset), name, preset, model);

    /// <inheritdoc/>
    /// <remarks>The number of classes follows from the folder of pictures, unless it is set itself.</remarks>
    public override ImageRecipe Apply(ImageRecipe recipe, IReadOnlyList<string> settings)
    {
        ImageRecipe result = RecipeSettings.Apply(recipe, settings);
        if (name == ImageFolder.Name && !settings.Select(RecipeSettings.KeyOf).Contains("out_dims"))
        {
            int classes = ImageFolder.Load(result.Data, train: true).ClassNames.Count;
            result = result with { Model = result.Model with { OutputWidth = classes } };
        }

        Check(result);
        return result;
    }

    /// <inheritdoc/>
    public override void Check(ImageRecipe recipe)
    {
        TrainingSettings.AtLeast("batch", recipe.Batch, 1);
        TrainingSettings.EveryTick(recipe.EveryTickLoss);
        TrainingSettings.AtLeast("test_samples", recipe.TestSamples, 1);
        TrainingSettings.AtLeast("probe_samples", recipe.ProbeSamples, 1);
        recipe.Preparation.Check(recipe.Model.ImageChannels);
        TrainingSettings.Check(recipe.Training);
        recipe.Model.Validate();
        TrainingSettings.Require(recipe.Model.Positions == 1, $"prediction_reshaper must be [-1]: a picture is of one class");
    }

    /// <inheritdoc/>
    public override ImageTask Create(ComputeDevice device, ImageRecipe recipe) => ImageTask.Open(device, name, recipe);

    /// <inheritdoc/>
    public override ReportText Report(ReportContext<ImageRecipe, ImageTask> context, string pictures) => ImageReport.Make(context, pictures);

    /// <inheritdoc/>
    /// <remarks>A model does not tell where its pictures are.</remarks>
    protected override ImageRecipe? RecipeOf(ModelConfiguration model) => null;
}
