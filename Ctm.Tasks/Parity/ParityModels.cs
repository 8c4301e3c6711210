using Ctm.Engine.Models;

namespace Ctm.Tasks.Parity;

/// <summary>
/// The kinds of models that learn parity, each with a shape for every preset: tokens and positions of the preset's CTM, and widths that make
/// about as many parameters (within 3 %; in the preset <c>paper</c>, the LSTM has the published width). The feed-forward model sees all
/// tokens side by side, so that it needs no positions.
/// </summary>
internal static class ParityModels
{
    /// <summary>Names of the kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [ModelKinds.Default, ModelKinds.Lstm, ModelKinds.FeedForward, ModelKinds.Transformer];

    /// <summary>Whether a kind is trained and read at its most certain tick; the reference's LSTM is at its last one.</summary>
    public static bool UsesMostCertain(string kind) => kind is ModelKinds.Default or ModelKinds.Transformer;

    /// <summary>The recipe of a preset with a model of another kind, which is clipped by the global norm.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="preset">The preset.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    public static ParityRecipe Exchange(ParityRecipe recipe, string preset, string kind)
    {
        if (kind == ModelKinds.Default)
        {
            return recipe;
        }

        var c = (CtmConfiguration)recipe.Model;
        return recipe with
        {
            Model = kind switch
            {
                ModelKinds.FeedForward => FeedForward(c, preset, recipe.SequenceLength),
                ModelKinds.Transformer => Transformer(c, preset),
                _ => Lstm(c, preset),
            },
            UseMostCertain = UsesMostCertain(kind),
            Training = recipe.Training with { QuantileClip = 0, GradientNorm = preset == "paper" ? 0 : 1 },
        };
    }

    private static LstmConfiguration Lstm(CtmConfiguration c, string preset) => new()
    {
        Ticks = c.Ticks,
        Width = preset switch { "smoke" => 55, "long" => 253, "paper" => 765, _ => 217 },
        InputWidth = c.InputWidth,
        Heads = c.Heads,
        Backbone = c.Backbone,
        PositionalEmbedding = c.PositionalEmbedding,
        ImageChannels = c.ImageChannels,
        OutputWidth = c.OutputWidth,
        PredictionReshaper = c.PredictionReshaper,
    };

    private static FeedForwardConfiguration FeedForward(CtmConfiguration c, string preset, int length) => new()
    {
        Width = preset switch { "smoke" => 47, "long" => 64, "paper" => 211, _ => 114 },
        Flatten = true,
        Backbone = c.Backbone,
        ImageChannels = c.ImageChannels,
        ImageSize = length,
        OutputWidth = c.OutputWidth,
        PredictionReshaper = c.PredictionReshaper,
    };

    private static TransformerConfiguration Transformer(CtmConfiguration c, string preset) => new()
    {
        Ticks = Math.Min(c.Ticks, 4),
        Width = preset switch { "smoke" => 32, "long" => 144, "paper" => 392, _ => 128 },
        Heads = preset == "smoke" ? 2 : 8,
        Layers = preset == "paper" ? 3 : 2,
        Backbone = c.Backbone,
        PositionalEmbedding = c.PositionalEmbedding,
        ImageChannels = c.ImageChannels,
        OutputWidth = c.OutputWidth,
        PredictionReshaper = c.PredictionReshaper,
    };
}
