using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// Rotations of the fixed vector (0, 1) by angles from 0 to 180 degrees along a sequence, projected (models/modules.py). Parameter
/// <c>projection</c>.
/// </summary>
public sealed class RotationalSequencePositions : PositionalEmbedding
{
    private readonly PlaceTable turns;
    private readonly Linear projection;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="channels">Channels of the sequence.</param>
    public RotationalSequencePositions(ParameterSet set, int channels)
    {
        turns = new PlaceTable(set, 2, Turns);
        projection = new Linear(set, "positional_embedding.projection", 2, channels);
    }

    /// <inheritdoc/>
    public override Tensor Vectors(Tape tape, int height, int width) => height == 1
        ? projection.Forward(tape, turns.Forward(tape, height, width))
        : throw new ArgumentException($"Rotational positions of a sequence need a map of height 1, this one is {height} x {width}.");

    private static double[] Turns(int height, int width)
    {
        var values = new double[2 * width];
        for (int i = 0; i < width; i++)
        {
            (double sine, double cosine) = Math.SinCos(RotationalPositions.Angle(i, width));
            (values[2 * i], values[(2 * i) + 1]) = (-sine, cosine);
        }

        return values;
    }
}
