using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// Learnable Fourier features (Li et al., arXiv 2106.02795; models/modules.py): the coordinates (x, y) of a place, each from 0 to 1, are
/// projected to angles, whose cosines and sines pass a small perceptron. Parameters <c>Wr.weight</c>, <c>mlp.0</c>, <c>mlp.2</c>,
/// <c>mlp.3</c>.
/// </summary>
public sealed class LearnableFourierPositions : PositionalEmbedding
{
    private readonly PlaceTable coordinates;
    private readonly Linear angles, hidden, output;
    private readonly LayerNorm norm;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="channels">Channels of the feature map.</param>
    /// <param name="features">Number of Fourier features, an even one.</param>
    /// <param name="hiddenWidth">Outputs of the first layer, which a gate halves; an even number.</param>
    /// <param name="gamma">Length scale: the projection starts normal with deviation gamma^-2.</param>
    /// <param name="prefix">Prefix of the parameters' names.</param>
    public LearnableFourierPositions(
        ParameterSet set,
        int channels,
        int features = 256,
        int hiddenWidth = 128,
        double gamma = 1 / 2.5,
        string prefix = "positional_embedding.")
    {
        coordinates = new PlaceTable(set, 2, Coordinates);
        Parameter projection = set.Add(prefix + "Wr.weight", [features / 2, 2], Initializer.Normal(1 / (gamma * gamma)));
        angles = new Linear(set, projection, null, 0, features / 2);
        hidden = new Linear(set, prefix + "mlp.0", features, hiddenWidth, matrices: 2);
        output = new Linear(set, prefix + "mlp.2", hiddenWidth / 2, channels);
        norm = new LayerNorm(set, prefix + "mlp.3", channels);
    }

    /// <inheritdoc/>
    public override Tensor Vectors(Tape tape, int height, int width)
    {
        if (height < 2 || width < 2)
        {
            throw new ArgumentException(
                $"Fourier positions need a feature map of 2 x 2 or more, this one is {height} x {width}: "
                + "coordinates are divided by size - 1.");
        }

        Tensor features = tape.FourierFeatures(angles.Forward(tape, coordinates.Forward(tape, height, width)));
        return norm.Forward(tape, output.Forward(tape, tape.Glu(hidden.Forward(tape, features))));
    }

    private static double[] Coordinates(int height, int width)
    {
        var values = new double[2 * height * width];
        for (int i = 0; i < height * width; i++)
        {
            values[2 * i] = (double)(i % width) / (width - 1);
            values[(2 * i) + 1] = (double)(i / width) / (height - 1);
        }

        return values;
    }
}
