using Ctm.Engine.Models;
using Ctm.Tasks.Cores;

namespace Ctm.Tasks.Images;

/// <summary>
/// The kinds of models that tell pictures apart, each with a shape for every preset: backbone, heads and ticks of the preset's CTM, and
/// widths that make about as many parameters (within 3 %). On CIFAR-10 the preset <c>paper</c> has the published baselines instead, whose
/// width is the CTM's. The feed-forward model is the reference's, with the mean over the map; of digits it sees all places. The
/// transformer has learned positions.
/// </summary>
internal static class ImageModels
{
    private const string Paper = "paper";

    /// <summary>Names of the kinds.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [ModelKinds.Default, ModelKinds.Lstm, ModelKinds.FeedForward, ModelKinds.Transformer];

    /// <summary>The recipe of a preset with a model of another kind.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="task">The task.</param>
    /// <param name="preset">The preset.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    public static ImageRecipe Exchange(ImageRecipe recipe, string task, string preset, string kind)
    {
        var c = (CtmConfiguration)recipe.Model;
        (int lstm, int feedForward, int transformer, int layers) = Widths(task, preset);
        int size = c.ImageSize > 0 ? c.ImageSize : recipe.Preparation.RandomCrop > 0 ? recipe.Preparation.RandomCrop : SizeOf(task);
        return kind switch
        {
            ModelKinds.Lstm => recipe with { Model = Baselines.Lstm(c, lstm, IsPublished(task, preset) ? 2 : 1) },
            ModelKinds.FeedForward => recipe with { Model = Baselines.FeedForward(c, feedForward, task == MnistFiles.Name ? size : 0) },
            ModelKinds.Transformer => recipe with
            {
                Model = Baselines.Transformer(c, (Math.Min(c.Ticks, 4), transformer, c.Heads >= 8 ? 8 : 2, layers), "learned", size),
            },
            _ => recipe,
        };
    }

    private static bool IsPublished(string task, string preset) => task == CifarFiles.Name && preset == Paper;

    private static int SizeOf(string task) => task == MnistFiles.Name ? 28 : 32;

    private static (int Lstm, int FeedForward, int Transformer, int Layers) Widths(string task, string preset) => (task, preset) switch
    {
        (MnistFiles.Name, "smoke") => (35, 11, 22, 1),
        (MnistFiles.Name, Paper) => (125, 30, 66, 1),
        (MnistFiles.Name, _) => (99, 35, 62, 2),
        (CifarFiles.Name, "smoke") => (35, 603, 26, 1),
        (CifarFiles.Name, Paper) => (256, 256, 136, 4),
        (CifarFiles.Name, _) => (191, 4099, 96, 2),
        (_, "smoke") => (35, 529, 26, 1),
        (_, Paper) => (4823, 42_300, 1024, 10),
        (_, "long") => (808, 16_030, 296, 4),
        _ => (191, 1699, 88, 2),
    };
}
