using Ctm.Engine.Models;
using Ctm.Tasks.Cores;

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
                ModelKinds.FeedForward => Baselines.FeedForward(
                    c, preset switch { "smoke" => 47, "long" => 64, "paper" => 211, _ => 114 }, recipe.SequenceLength),
                ModelKinds.Transformer => Baselines.Transformer(c, Transformer(c, preset), c.PositionalEmbedding, c.ImageSize),
                _ => Baselines.Lstm(c, preset switch { "smoke" => 55, "long" => 253, "paper" => 765, _ => 217 }),
            },
            UseMostCertain = UsesMostCertain(kind),
            Training = recipe.Training with { QuantileClip = 0, GradientNorm = preset == "paper" ? 0 : 1 },
        };
    }

    private static (int Ticks, int Width, int Heads, int Layers) Transformer(CtmConfiguration c, string preset) => (
        Math.Min(c.Ticks, 4),
        preset switch { "smoke" => 32, "long" => 144, "paper" => 392, _ => 128 },
        preset == "smoke" ? 2 : 8,
        preset == "paper" ? 3 : 2);
}
