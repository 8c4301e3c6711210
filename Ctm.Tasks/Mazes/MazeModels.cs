using Ctm.Engine.Models;
using Ctm.Tasks.Cores;

namespace Ctm.Tasks.Mazes;

/// <summary>
/// The kinds of models that walk mazes, each with a shape for every preset: backbone, heads and ticks of the preset's CTM, and widths
/// that make about as many parameters (within 3 %). The feed-forward baseline is the paper's (appendix D.4), and the transformer,
/// whose tick costs far more, has fewer of them and learned positions.
/// </summary>
public static class MazeModels
{
    /// <summary>Names of the kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [ModelKinds.Default, ModelKinds.Lstm, ModelKinds.FeedForward, ModelKinds.Transformer];

    /// <summary>
    /// Whether a model is trained and read at its most certain tick; the reference's LSTM for mazes is at its last one, that of the ablation
    /// with synchronization as the CTM.
    /// </summary>
    public static bool UsesMostCertain(TickModelConfiguration model) =>
        model is not FeedForwardConfiguration and not LstmConfiguration { HasSynchronization: false };

    /// <summary>The recipe of a preset with a model of another kind.</summary>
    internal static MazeRecipe Exchange(MazeRecipe recipe, string preset, string kind)
    {
        if (MazeAblations.Names.Contains(preset))
        {
            return kind == ModelKinds.Default ? recipe : throw new TaskSettingException(
                $"Preset {preset} compares models of its own: there are {string.Join(", ", MazeAblations.Names)}; leave --model out.");
        }

        var c = (CtmConfiguration)recipe.Model;
        TickModelConfiguration model = kind switch
        {
            ModelKinds.Default => c,
            ModelKinds.Lstm => Baselines.Lstm(
                c, preset switch { "smoke" => 48, "long" => 192, "small" or "medium" => 1240, "paper" => 2360, _ => 188 }),
            ModelKinds.FeedForward => Baselines.FeedForward(
                c, preset switch { "smoke" => 76, "long" => 80, "small" => 992, "medium" => 641, "paper" => 1176, _ => 144 }, recipe.MazeSize),
            ModelKinds.Transformer => Baselines.Transformer(c, Transformer(preset), "learned", recipe.MazeSize),
            _ => throw Unknown(kind),
        };
        return recipe with { Model = model, UseMostCertain = UsesMostCertain(model) };
    }

    private static TaskSettingException Unknown(string kind) =>
        new($"Task maze has no model '{kind}': there are {string.Join(", ", Kinds)}.");

    private static (int Ticks, int Width, int Heads, int Layers) Transformer(string preset) => preset switch
    {
        "smoke" => (3, 30, 2, 2),
        "small" or "medium" => (2, 416, 8, 4),
        "paper" => (2, 528, 12, 9),
        _ => (4, 120, 4, 2),
    };
}
