using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>
/// Features of what a MiniGrid agent sees: each cell of the square view is an object, a colour and a state, three channels of whole
/// numbers; their learned vectors and that of the cell's place, side by side, go through twice Linear-GLU-LayerNorm (models/modules.py).
/// Parameters <c>backbone.{object,color,state,position}_embedding.weight</c> and <c>backbone.project_to_d_projection.{0,2,3,5}</c>.
/// </summary>
public sealed class MiniGridBackbone : IBackbone
{
    /// <summary>The name in configurations.</summary>
    public const string Name = "navigation-backbone";

    /// <summary>Cells across the view.</summary>
    public const int GridSize = 7;

    /// <summary>Whole numbers of a cell.</summary>
    public const int CellChannels = 3;

    private const int Objects = 11, Colors = 6, States = 3, EmbeddingWidth = 8, Parts = 4;

    private readonly Embedding objects, colors, states;
    private readonly StartState positions;
    private readonly Linear first, second;
    private readonly LayerNorm firstNorm, secondNorm;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="channels">Width of a cell's features.</param>
    public MiniGridBackbone(ParameterSet set, int channels)
    {
        Channels = channels;
        objects = new Embedding(set, "backbone.object_embedding", Objects, EmbeddingWidth);
        colors = new Embedding(set, "backbone.color_embedding", Colors, EmbeddingWidth);
        states = new Embedding(set, "backbone.state_embedding", States, EmbeddingWidth);

        // All samples have the same places in the same order: the whole table repeats.
        positions = new StartState(
            set.Add("backbone.position_embedding.weight", [GridSize * GridSize, EmbeddingWidth], Initializer.Normal(1)));
        first = new Linear(set, "backbone.project_to_d_projection.0", Parts * EmbeddingWidth, 2 * channels, matrices: 2);
        firstNorm = new LayerNorm(set, "backbone.project_to_d_projection.2", channels);
        second = new Linear(set, "backbone.project_to_d_projection.3", channels, 2 * channels, matrices: 2);
        secondNorm = new LayerNorm(set, "backbone.project_to_d_projection.5", channels);
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int MapSize(int imageSize) => GridSize;

    /// <summary>Features of a batch of views; a number that no table has gives NaN.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="images">Maps of 7 x 7 cells with 3 channels.</param>
    /// <returns>Maps of the same cells.</returns>
    /// <exception cref="ArgumentException">When the maps have another shape.</exception>
    public FeatureMap Forward(Tape tape, FeatureMap images)
    {
        if (images is not { Height: GridSize, Width: GridSize, Channels: CellChannels })
        {
            throw new ArgumentException(
                $"{Name} takes views of {GridSize} x {GridSize} cells with {CellChannels} channels; this one is "
                + $"{images.Height} x {images.Width} with {images.Channels}.");
        }

        Tensor looks = tape.Concatenate(Look(tape, objects, images, 0), Look(tape, colors, images, 1));
        Tensor rest = tape.Concatenate(Look(tape, states, images, 2), positions.Forward(tape, images.Batch, EmbeddingWidth));
        Tensor x = first.Forward(tape, tape.Concatenate(looks, rest));
        x = second.Forward(tape, firstNorm.Forward(tape, tape.Glu(x)));
        return images with { Tensor = secondNorm.Forward(tape, tape.Glu(x)) };
    }

    private static Tensor Look(Tape tape, Embedding table, FeatureMap images, int channel) =>
        table.Forward(tape, tape.IndicesOfColumn(images.Tensor, channel));
}
