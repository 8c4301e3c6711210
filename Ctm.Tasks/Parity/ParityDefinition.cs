using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Reports;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.Parity;

/// <summary>The task <c>parity</c>: the parity of a sequence of -1 and 1 up to each place (paper section 6.1).</summary>
public sealed class ParityDefinition : SupervisedDefinition<ParityRecipe, ParityTask>
{
    private const int Classes = 2;

    /// <inheritdoc/>
    public override string Name => ParityTask.Name;

    /// <inheritdoc/>
    public override TaskWords Words { get; } = new("sequences", "sequences right", "places right");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Presets => ParityRecipe.Presets;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Models => ParityModels.Kinds;

    /// <inheritdoc/>
    public override Type FiguresType => typeof(ParityFigures);

    /// <inheritdoc/>
    public override ParityRecipe Recipe(string preset, string model) => ParityRecipe.Preset(preset, model);

    /// <inheritdoc/>
    /// <remarks>The prediction's shape follows <c>sequence_length</c>, unless it is set itself.</remarks>
    public override ParityRecipe Apply(ParityRecipe recipe, IReadOnlyList<string> settings)
    {
        HashSet<string> given = [.. settings.Select(RecipeSettings.KeyOf)];
        ParityRecipe result = RecipeSettings.Apply(recipe, settings);
        if (given.Contains("sequence_length"))
        {
            int length = result.SequenceLength, width = unchecked(Classes * length);
            TickModelConfiguration m = result.Model;
            result = result with
            {
                Model = m with
                {
                    OutputWidth = given.Contains("out_dims") ? m.OutputWidth : width,
                    PredictionReshaper = given.Contains("prediction_reshaper") ? m.PredictionReshaper : [length, Classes],
                    ImageSize = m.ImageSize == 0 ? 0 : length,
                },
            };
        }

        Check(result);
        return result;
    }

    /// <inheritdoc/>
    public override void Check(ParityRecipe recipe)
    {
        int length = recipe.SequenceLength, width = unchecked(Classes * length);
        TrainingSettings.Within("sequence_length", length, ParitySequences.Shortest, ParitySequences.Longest);
        TrainingSettings.AtLeast("batch", recipe.Batch, 1);
        TrainingSettings.EveryTick(recipe.EveryTickLoss);
        TrainingSettings.AtLeast("lookahead", recipe.Lookahead ?? 1, 1);
        TrainingSettings.AtLeast("ticks_ahead", recipe.TicksAhead ?? 1, 1);
        TrainingSettings.Require(
            recipe.TicksAhead is null || recipe.Lookahead is not null,
            $"ticks_ahead is {recipe.TicksAhead}, without a lookahead nothing grows; give one, such as lookahead=5");
        TrainingSettings.AtLeast("ramp_steps", recipe.RampSteps, 0);
        TrainingSettings.AtLeast("test_samples", recipe.TestSamples, 1);
        TrainingSettings.AtLeast("probe_samples", recipe.ProbeSamples, 1);
        TrainingSettings.Check(recipe.Training);
        recipe.Model.Validate();
        TrainingSettings.Require(recipe.Model.InputChannels == 1, $"the model takes {recipe.Model.InputChannels} channels, parity has 1");
        TrainingSettings.Require(
            recipe.Model.OutputWidth == width && recipe.Model.PredictionReshaper is [int s, Classes] && s == length,
            $"sequence_length {length} needs out_dims {width} and prediction_reshaper [{length}, {Classes}]");
    }

    /// <inheritdoc/>
    public override ParityTask Create(ComputeDevice device, ParityRecipe recipe) => new(device, recipe);

    /// <inheritdoc/>
    public override ReportText Report(ReportContext<ParityRecipe, ParityTask> context, string pictures) =>
        ParityReport.Make(context, pictures);

    /// <inheritdoc/>
    protected override ParityRecipe? RecipeOf(ModelConfiguration model) =>
        model is TickModelConfiguration { Classes: Classes } c
            && c is CtmConfiguration { Backbone: ParityBackbone.Name } or BaselineConfiguration { Backbone: ParityBackbone.Name }
            ? ParityRecipe.Preset(Presets[0], ModelKinds.Default) with
            {
                SequenceLength = c.Positions,
                Model = c,
                UseMostCertain = ParityModels.UsesMostCertain(c.Kind),
            }
            : null;
}
