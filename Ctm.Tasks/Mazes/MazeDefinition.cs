using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Mazes;

/// <summary>The task <c>maze</c>: to walk from the start of a maze to its goal (paper section 4).</summary>
public sealed class MazeDefinition : SupervisedDefinition<MazeRecipe, MazeTask>
{
    /// <inheritdoc/>
    public override string Name => MazeTask.Name;

    /// <inheritdoc/>
    public override TaskWords Words { get; } = new("mazes", "solved", "moves right");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Presets => MazeRecipe.Presets;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Models => MazeModels.Kinds;

    /// <inheritdoc/>
    public override Type FiguresType => typeof(MazeFigures);

    /// <inheritdoc/>
    public override MazeRecipe Recipe(string preset, string model) => MazeRecipe.Preset(preset, model);

    /// <inheritdoc/>
    public override MazeRecipe Apply(MazeRecipe recipe, IReadOnlyList<string> settings) => MazeSettings.Apply(recipe, settings);

    /// <inheritdoc/>
    public override void Check(MazeRecipe recipe) => MazeSettings.Check(recipe);

    /// <inheritdoc/>
    public override MazeTask Create(ComputeDevice device, MazeRecipe recipe) => new(device, recipe);

    /// <inheritdoc/>
    public override ReportText Report(ReportContext<MazeRecipe, MazeTask> context, string pictures) => MazeReport.Make(context, pictures);

    /// <inheritdoc/>
    /// <remarks>A model tells the size of its mazes where one of its parts is made for one size.</remarks>
    protected override MazeRecipe? RecipeOf(ModelConfiguration model) =>
        model is TickModelConfiguration { ImageSize: > 0, Classes: MazeMoves.Count } c
            ? MazeRecipe.Preset(Presets[0]) with
            {
                MazeSize = c.ImageSize,
                RouteLength = c.Positions,
                Model = c,
                UseMostCertain = MazeModels.UsesMostCertain(c),
            }
            : null;
}
