using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// A Continuous Thought Machine (Darlow et al., arXiv 2505.05522): neurons with private models over the history of their
/// incoming signals think for a number of internal ticks; how pairs of them fire together over time is the representation
/// from which the model attends to its input and answers (models/ctm.py).
/// </summary>
public sealed class ContinuousThoughtMachine : TickModel, IRecurrence, IStoppable
{
    private readonly IBackbone backbone;
    private readonly IPositionalEmbedding? positions;
    private readonly Linear keyValueProjection;
    private readonly LayerNorm keyValueNorm;
    private readonly SingleQueryAttention attention;
    private readonly FoldedLinear query;
    private readonly CtmCore core;
    private FeatureMap features;

    internal ContinuousThoughtMachine(ComputeDevice device, CtmConfiguration configuration, ulong seed)
        : base(device)
    {
        CtmConfiguration c = Configuration = configuration;
        ParameterSet set = Parameters;
        var start = new CtmStart(set, c);
        backbone = BackboneFactory.Create(set, c);
        positions = PositionalEmbeddings.Create(set, c.PositionalEmbedding, backbone, c.ImageSize);
        keyValueProjection = new Linear(set, "kv_proj.0", backbone.Channels, c.InputWidth);
        keyValueNorm = new LayerNorm(set, "kv_proj.1", c.InputWidth);
        int queryWidth = c.HasSynchronization ? Synchronization.CountPairs(c.NeuronSelection, c.ActionNeurons) : c.Neurons;
        var queryProjection = new Linear(set, "q_proj", queryWidth, c.InputWidth);
        attention = new SingleQueryAttention(set, "attention", c.InputWidth, c.Heads, c.Dropout);
        query = new FoldedLinear(set, queryProjection, attention.Query);
        core = new CtmCore(set, start, c, c.InputWidth, seed, attention.Output);
    }

    /// <inheritdoc/>
    public override CtmConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override TickOutput Forward(Tape tape, FeatureMap images, int ticks)
    {
        Begin(tape, images, ticks);
        tape.Recur(ticks, images.Batch, this);
        return core.Answer(tape, AttentionTrack.Of(tape, attention, features));
    }

    void IStoppable.Begin(Tape tape, FeatureMap inputs) => Begin(tape, inputs, Configuration.Ticks);

    Tensor IStoppable.Think(Tape tape)
    {
        Tick(tape);
        return core.Predict(tape);
    }

    void IStoppable.GoOn(Tape next, RowChoice samples, int ticks)
    {
        attention.GoOn(next, samples);
        query.Begin(next);
        core.GoOn(next, samples, ticks);
    }

    void IRecurrence.Tick(Tape tape, int tick) => Tick(tape);

    private void Begin(Tape tape, FeatureMap images, int ticks)
    {
        features = backbone.Forward(tape, images);
        features = positions?.Add(tape, features) ?? features;
        attention.Begin(tape, keyValueNorm.Forward(tape, keyValueProjection.Forward(tape, features.Tensor)), images.Batch);
        query.Begin(tape);
        core.Begin(tape, images.Batch, ticks, actions: ticks);
    }

    private void Tick(Tape tape) =>
        core.Tick(tape, attention.Attend(tape, query.Forward(tape, core.Act(tape))), actsNext: true);
}
