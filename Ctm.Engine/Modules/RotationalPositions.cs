using Ctm.Engine.Autograd;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Engine.Modules;

/// <summary>
/// Rotations of a learned vector of the plane (models/modules.py): over a square map of side W it is turned by W angles from 0 to 180
/// degrees; the place in row i and column j gets a projection of the i-th and the j-th, side by side. Parameters <c>start_vector</c>
/// [2], at first (0, 1), and <c>projection.0</c>.
/// </summary>
public sealed class RotationalPositions : PositionalEmbedding
{
    private readonly PlaceTable turns;
    private readonly Parameter start;
    private readonly Linear projection;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="channels">Channels of the feature map.</param>
    public RotationalPositions(ParameterSet set, int channels)
    {
        turns = new PlaceTable(set, 2, Turns);
        start = set.Add("positional_embedding.start_vector", [2], Initializer.Unit(1));
        projection = new Linear(set, "positional_embedding.projection.0", 4, channels);
    }

    /// <inheritdoc/>
    public override Tensor Vectors(Tape tape, int height, int width)
    {
        if (height != width)
        {
            throw new ArgumentException($"Rotational positions need a square feature map, this one is {height} x {width}.");
        }

        Tensor table = turns.Forward(tape, height, width), pairs = tape.New(height * width, 4);
        tape.Device.MatrixMultiply.Multiply(table.Data, start.Data, pairs.Data, new MatrixProduct(pairs.Length, 1, 2));
        if (tape.Recording)
        {
            var node = tape.Record<TurnNode>();
            node.Start = start;
            node.Turns = table;
            node.Output = pairs;
        }

        return projection.Forward(tape, pairs);
    }

    /// <summary>Angle of a place in a row of places, from 0 to half a turn, in radians.</summary>
    internal static double Angle(int place, int places) => Math.PI * place / Math.Max(1, places - 1);

    // The four coordinates of a place are linear in the vector: rows of [W * W * 4, 2].
    private static double[] Turns(int height, int width)
    {
        var values = new double[8 * height * width];
        for (int i = 0; i < 2 * height * width; i++)
        {
            int place = i / 2;
            (double sine, double cosine) = Math.SinCos(Angle(i % 2 == 0 ? place / width : place % width, width));
            (values[4 * i], values[(4 * i) + 1]) = (cosine, -sine);
            (values[(4 * i) + 2], values[(4 * i) + 3]) = (sine, cosine);
        }

        return values;
    }

    private sealed class TurnNode : Node
    {
        public Parameter? Start { get; set; }

        public Tensor? Turns { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient)
            {
                tape.Device.MatrixMultiply.Multiply(
                    Turns!.Data, Output.Gradient, Start!.Gradient, new MatrixProduct(2, 1, Output.Length) { TransposeA = true, Accumulate = true });
            }
        }
    }
}
