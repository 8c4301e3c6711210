using Ctm.Engine.Agents;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>The tasks <c>cartpole</c>, <c>acrobot</c> and <c>fourrooms</c>: to act in an environment (paper appendix G.6).</summary>
/// <param name="name">One of the names of <see cref="AgentRecipes"/>.</param>
public sealed class AgentDefinition(string name) : SupervisedDefinition<AgentRecipe, AgentTask>
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override TaskWords Words { get; } = new("episodes", "return");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Presets => AgentRecipes.Presets;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Models => AgentRecipes.Kinds;

    /// <inheritdoc/>
    public override Type FiguresType => typeof(AgentFigures);

    /// <inheritdoc/>
    public override AgentRecipe Recipe(string preset, string model) => AgentRecipes.Preset(name, preset, model);

    /// <inheritdoc/>
    public override AgentRecipe Apply(AgentRecipe recipe, IReadOnlyList<string> settings)
    {
        AgentRecipe result = RecipeSettings.Apply(recipe, settings);
        Check(result);
        return result;
    }

    /// <inheritdoc/>
    public override void Check(AgentRecipe recipe) => AgentSettings.Check(recipe);

    /// <inheritdoc/>
    public override AgentTask Create(ComputeDevice device, AgentRecipe recipe) => new(device, name, recipe);

    /// <inheritdoc/>
    public override ReportText Report(ReportContext<AgentRecipe, AgentTask> context, string pictures) => AgentReport.Make(context, pictures);

    /// <inheritdoc/>
    /// <remarks>An agent tells its environment by what it sees and may do.</remarks>
    protected override AgentRecipe? RecipeOf(ModelConfiguration model)
    {
        AgentRecipe recipe = Recipe(Presets[0], Models[0]);
        return model is AgentConfiguration agent
            && agent.Actions == recipe.Model.Actions
            && agent.ObservationShape.AsSpan().SequenceEqual(recipe.Model.ObservationShape)
            ? recipe with { Model = agent }
            : null;
    }
}
