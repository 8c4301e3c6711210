using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The CTM for Q&amp;A MNIST (models/ctm_qamnist.py). It attends to the digits; words of the question, and zeros while it answers, go to
/// its synapses as they are.
/// </summary>
public sealed class QamnistMachine : QamnistModel
{
    private readonly CtmCore core;

    internal QamnistMachine(ComputeDevice device, QamnistConfiguration configuration, ulong seed)
        : base(device)
    {
        QamnistConfiguration c = Configuration = configuration;
        ParameterSet set = Parameters;
        var start = new CtmStart(set, c);
        Senses = new QamnistSenses
        {
            Backbone = new MnistBackbone(set, "backbone_digit", 1, c.InputWidth),
            Embedding = new QuestionEmbedding(set, c.InputWidth),
            KeyValueProjection = new Linear(set, "kv_proj.0", c.InputWidth, c.InputWidth),
            KeyValueNorm = new LayerNorm(set, "kv_proj.1", c.InputWidth),
            QueryProjection = new Linear(set, "q_proj", Synchronization.CountPairs(c.NeuronSelection, c.ActionNeurons), c.InputWidth),
            Attention = new SingleQueryAttention(set, "attention", c.InputWidth, c.Heads, c.Dropout),
            ProjectsQuestion = false,
            QuestionPartTicks = c.QuestionPartTicks,
        };
        core = new CtmCore(set, start, c, c.InputWidth, seed);
    }

    /// <inheritdoc/>
    public override QamnistConfiguration Configuration { get; }

    private protected override QamnistSenses Senses { get; }

    // Nothing comes of the action's synchronization after the last digit tick, so it ends there.
    internal override Tensor Query(Tape tape) => core.Act(tape);

    private protected override void Begin(Tape tape, int batch, int ticks, int digitTicks) => core.Begin(tape, batch, ticks, digitTicks);

    private protected override void Tick(Tape tape, Tensor input) => core.Tick(tape, input);

    private protected override TickOutput Answer(Tape tape, AttentionTrack attention) => core.Answer(tape, attention);
}
