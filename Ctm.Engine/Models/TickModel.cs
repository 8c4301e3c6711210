using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// A model that sees one input and answers at every tick: the CTM and its baselines for mazes, parity and images. Models that do not
/// tick answer once.
/// </summary>
/// <param name="device">Where it lives.</param>
public abstract class TickModel(ComputeDevice device) : Model(device)
{
    /// <inheritdoc/>
    public abstract override TickModelConfiguration Configuration { get; }

    /// <summary>Answers a batch of inputs at as many ticks as the configuration has.</summary>
    /// <param name="tape">The tape, begun.</param>
    /// <param name="inputs">
    /// Shape [batch * height * width, channels]. A sequence is a picture of height 1, with one channel.
    /// </param>
    /// <returns>Predictions and tracks of all ticks.</returns>
    public TickOutput Forward(Tape tape, FeatureMap inputs) => Forward(tape, inputs, Configuration.TickCount);

    /// <summary>Answers a batch of inputs at fewer or more ticks: the same answers, up to another end.</summary>
    /// <param name="tape">The tape, begun.</param>
    /// <param name="inputs">
    /// Shape [batch * height * width, channels]. A sequence is a picture of height 1, with one channel.
    /// </param>
    /// <param name="ticks">Ticks, 1 or more; models that do not tick answer once.</param>
    /// <returns>Predictions and tracks of all ticks.</returns>
    public abstract TickOutput Forward(Tape tape, FeatureMap inputs, int ticks);
}
