using Ctm.Engine.Models;

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
            ModelKinds.Lstm => recipe with { Model = Lstm(c, lstm, IsPublished(task, preset) ? 2 : 1) },
            ModelKinds.FeedForward => recipe with { Model = FeedForward(c, feedForward, task == MnistFiles.Name ? size : 0) },
            ModelKinds.Transformer => recipe with { Model = Transformer(c, transformer, layers, size) },
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

    private static LstmConfiguration Lstm(CtmConfiguration c, int width, int layers) => new()
    {
        Ticks = c.Ticks,
        Width = width,
        Layers = layers,
        InputWidth = c.InputWidth,
        Heads = c.Heads,
        Backbone = c.Backbone,
        PositionalEmbedding = c.PositionalEmbedding,
        OutputWidth = c.OutputWidth,
        Dropout = c.Dropout,
        ImageChannels = c.ImageChannels,
        ImageSize = c.ImageSize,
        BackboneChannels = c.BackboneChannels,
        BackboneLayers = c.BackboneLayers,
        BackboneStride = c.BackboneStride,
    };

    private static FeedForwardConfiguration FeedForward(CtmConfiguration c, int width, int size) => new()
    {
        Width = width,
        Flatten = size > 0,
        Backbone = c.Backbone,
        OutputWidth = c.OutputWidth,
        Dropout = c.Dropout,
        ImageChannels = c.ImageChannels,
        ImageSize = size,
        BackboneChannels = c.BackboneChannels,
        BackboneLayers = c.BackboneLayers,
        BackboneStride = c.BackboneStride,
    };

    private static TransformerConfiguration Transformer(CtmConfiguration c, int width, int layers, int size) => new()
    {
        Ticks = Math.Min(c.Ticks, 4),
        Width = width,
        Heads = c.Heads >= 8 ? 8 : 2,
        Layers = layers,
        Backbone = c.Backbone,
        PositionalEmbedding = "learned",
        OutputWidth = c.OutputWidth,
        Dropout = c.Dropout,
        ImageChannels = c.ImageChannels,
        ImageSize = size,
        BackboneChannels = c.BackboneChannels,
        BackboneLayers = c.BackboneLayers,
        BackboneStride = c.BackboneStride,
    };
}
