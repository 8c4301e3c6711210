using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>
/// The backbone for digits (models/modules.py, MNISTBackbone): twice a 3x3 convolution with bias, BatchNorm, ReLU and max pooling over 2x2,
/// sizes rounded down. Parameters <c>name.layers.0</c>, <c>.1</c>, <c>.4</c> and <c>.5</c>.
/// </summary>
public sealed class MnistBackbone : IBackbone
{
    /// <summary>The name in configurations.</summary>
    public const string Name = "mnist";

    private readonly Convolution2d[] convolutions = new Convolution2d[2];
    private readonly BatchNorm[] norms = new BatchNorm[2];
    private readonly MaxPool pool = new(2, 2, 0);

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters and buffers.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputChannels">Channels of the images.</param>
    /// <param name="channels">Channels of both layers.</param>
    public MnistBackbone(ParameterSet set, string name, int inputChannels, int channels)
    {
        Channels = channels;
        for (int i = 0; i < 2; i++)
        {
            int inputs = i == 0 ? inputChannels : channels;
            convolutions[i] = new Convolution2d(set, $"{name}.layers.{4 * i}", inputs, channels, 3, 1, 1, hasBias: true);
            norms[i] = new BatchNorm(set, $"{name}.layers.{(4 * i) + 1}", channels, relu: true);
        }
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int MapSize(int imageSize) => imageSize / 4;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">When the images are smaller than 4 x 4 pixels.</exception>
    public FeatureMap Forward(Tape tape, FeatureMap images)
    {
        if (images.Height < 4 || images.Width < 4)
        {
            throw new ArgumentException($"Images must have 4 x 4 pixels or more, these have {images.Height} x {images.Width}.");
        }

        FeatureMap x = images;
        for (int i = 0; i < 2; i++)
        {
            x = pool.Forward(tape, norms[i].Forward(tape, convolutions[i].Forward(tape, x)));
        }

        return x;
    }
}
