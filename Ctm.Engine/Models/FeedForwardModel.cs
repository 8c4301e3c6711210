using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The feed-forward baseline: backbone and a head of two layers, which answers once (models/ff.py). With one answer the two-tick loss
/// is plain cross entropy.
/// </summary>
public sealed class FeedForwardModel : TickModel
{
    private readonly IBackbone backbone;
    private readonly Linear hidden, outputProjection;

    internal FeedForwardModel(ComputeDevice device, FeedForwardConfiguration configuration)
        : base(device)
    {
        FeedForwardConfiguration c = Configuration = configuration;
        backbone = BackboneFactory.Create(Parameters, c);
        int places = c.Flatten ? backbone.Places(c.ImageSize) : 1;

        // The numbers count the reference's parameterless layers too.
        int matrices = c.Flatten ? 2 : 1;
        hidden = new Linear(Parameters, "output_projector.3", places * backbone.Channels, matrices * c.Width, matrices: matrices);
        outputProjection = new Linear(Parameters, "output_projector.6", c.Width, c.OutputWidth);
    }

    /// <inheritdoc/>
    public override FeedForwardConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override TickOutput Forward(Tape tape, FeatureMap inputs, int ticks)
    {
        FeatureMap features = backbone.Forward(tape, inputs);
        Tensor x = Configuration.Flatten
            ? tape.Glu(hidden.Forward(tape, tape.Reshape(features.Tensor, inputs.Batch)))
            : tape.Relu(hidden.Forward(tape, GlobalAveragePool.Forward(tape, features)));
        return new TickOutput
        {
            Batch = inputs.Batch,
            Ticks = 1,
            Predictions = outputProjection.Forward(tape, tape.Dropout(x, Configuration.Dropout)),
            PostActivations = x,
        };
    }
}
