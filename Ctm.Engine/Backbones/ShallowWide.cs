using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>
/// Two wide 3x3 convolutions with 4096 outputs, the first with stride 2, the second in 32 groups; each is followed by a GLU over the
/// channels and by BatchNorm (models/modules.py).
/// </summary>
public sealed class ShallowWide : IBackbone
{
    /// <summary>The name in configurations.</summary>
    public const string Name = "shallow-wide";

    private const int Width = 4096, Groups = 32;
    private readonly Convolution2d first, second;
    private readonly BatchNorm firstNorm, secondNorm;

    /// <summary>Creates the layers.</summary>
    /// <param name="set">Receives the parameters, <c>backbone.layers.0</c>, <c>.2</c>, <c>.3</c> and <c>.5</c>.</param>
    /// <param name="inputChannels">Channels of the images.</param>
    public ShallowWide(ParameterSet set, int inputChannels)
    {
        first = new Convolution2d(set, "backbone.layers.0", inputChannels, Width, 3, 2, 1, hasBias: true);
        firstNorm = new BatchNorm(set, "backbone.layers.2", Width / 2, relu: false);
        second = new Convolution2d(set, "backbone.layers.3", Width / 2, Width, 3, 1, 1, hasBias: true, Groups);
        secondNorm = new BatchNorm(set, "backbone.layers.5", Width / 2, relu: false);
    }

    /// <inheritdoc/>
    public int Channels => Width / 2;

    /// <inheritdoc/>
    public int MapSize(int imageSize) => ((imageSize - 1) / 2) + 1;

    /// <inheritdoc/>
    public FeatureMap Forward(Tape tape, FeatureMap images)
    {
        FeatureMap x = firstNorm.Forward(tape, Gated(tape, first.Forward(tape, images)));
        return secondNorm.Forward(tape, Gated(tape, second.Forward(tape, x)));
    }

    private static FeatureMap Gated(Tape tape, FeatureMap map) => map with { Tensor = tape.Glu(map.Tensor) };
}
