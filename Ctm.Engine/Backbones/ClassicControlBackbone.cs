using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Backbones;

/// <summary>
/// Features of a short vector, such as the state of a pendulum: twice Linear-GLU-LayerNorm (models/modules.py). Takes and gives maps of
/// one pixel. Parameters <c>backbone.input_projector.{1,3,4,6}</c>.
/// </summary>
/// <param name="set">Receives the parameters.</param>
/// <param name="inputs">Values of an observation.</param>
/// <param name="channels">Width of the features.</param>
public sealed class ClassicControlBackbone(ParameterSet set, int inputs, int channels) : IBackbone
{
    /// <summary>The name in configurations.</summary>
    public const string Name = "classic-control-backbone";

    private readonly DoubleGatedSynapse projector = new(set, "backbone.input_projector", inputs, channels, dropout: 0f);

    /// <inheritdoc/>
    public int Channels { get; } = channels;

    /// <inheritdoc/>
    public int MapSize(int imageSize) => 1;

    /// <inheritdoc/>
    public FeatureMap Forward(Tape tape, FeatureMap images) => images with { Tensor = projector.Forward(tape, images.Tensor) };
}
