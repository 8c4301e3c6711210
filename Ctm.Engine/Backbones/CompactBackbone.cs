using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>
/// A small backbone for small machines, not in the reference: 3x3 convolutions with BatchNorm and ReLU. The second may have a stride; it
/// has no padding then, so that with stride 2 every token of a picture of odd size lies on an odd pixel: a maze's room with the
/// walls around it. From the third on, each adds its input. Used with learned position vectors.
/// </summary>
public sealed class CompactBackbone : IBackbone
{
    private readonly Convolution2d[] convolutions;
    private readonly BatchNorm[] norms;
    private readonly int stride;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters, <c>backbone.conv1</c> and so on.</param>
    /// <param name="inputChannels">Channels of the images.</param>
    /// <param name="channels">Channels of every layer.</param>
    /// <param name="layers">Number of layers, 2 or more.</param>
    /// <param name="stride">Stride of the second layer.</param>
    public CompactBackbone(ParameterSet set, int inputChannels, int channels, int layers, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 2);
        Channels = channels;
        this.stride = stride;
        convolutions = new Convolution2d[layers];
        norms = new BatchNorm[layers];
        for (int i = 0; i < layers; i++)
        {
            convolutions[i] = new Convolution2d(
                set, $"backbone.conv{i + 1}", i == 0 ? inputChannels : channels, channels, 3, i == 1 ? stride : 1, Padding(i, stride), hasBias: false);
            norms[i] = new BatchNorm(set, $"backbone.bn{i + 1}", channels, relu: true);
        }
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public int MapSize(int imageSize) => stride == 1 ? imageSize : ((imageSize - 3) / stride) + 1;

    /// <inheritdoc/>
    public FeatureMap Forward(Tape tape, FeatureMap images)
    {
        FeatureMap x = images;
        for (int i = 0; i < convolutions.Length; i++)
        {
            x = norms[i].Forward(tape, convolutions[i].Forward(tape, x), i > 1 ? x.Tensor : null);
        }

        return x;
    }

    private static int Padding(int layer, int stride) => layer == 1 && stride > 1 ? 0 : 1;
}
