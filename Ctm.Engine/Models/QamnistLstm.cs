using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The LSTM baseline for Q&amp;A MNIST (models/lstm_qamnist.py). Its hidden state makes the queries and the predictions; words of the
/// question pass the projection that keys and values do.
/// </summary>
public sealed class QamnistLstm : QamnistModel
{
    private readonly StartState startHidden, startCell;
    private readonly LstmCell cell;
    private readonly Linear outputProjection;
    private LstmState state;
    private int batch, ticks;

    internal QamnistLstm(ComputeDevice device, QamnistLstmConfiguration configuration, ulong seed)
        : base(device)
    {
        QamnistLstmConfiguration c = Configuration = configuration;
        ParameterSet set = Parameters;
        var uniform = Initializer.Uniform(Math.Sqrt(1.0 / c.Neurons));
        startHidden = new StartState(set.Add("start_hidden_state", [c.Neurons], uniform));
        startCell = new StartState(set.Add("start_cell_state", [c.Neurons], uniform));
        var backbone = new MnistBackbone(set, "backbone_digit", 1, c.InputWidth);
        var embedding = new QuestionEmbedding(set, c.InputWidth);
        cell = new LstmCell(set, "lstm_cell", c.InputWidth, c.Neurons);
        var queryProjection = new Linear(set, "q_proj", c.Neurons, c.InputWidth);
        Senses = new QamnistSenses
        {
            Backbone = backbone,
            Embedding = embedding,
            QueryProjection = queryProjection,
            KeyValueProjection = new Linear(set, "kv_proj.0", c.InputWidth, c.InputWidth),
            KeyValueNorm = new LayerNorm(set, "kv_proj.1", c.InputWidth),
            Attention = new SingleQueryAttention(set, "attention", c.InputWidth, c.Heads),
            ProjectsQuestion = true,
            QuestionPartTicks = c.QuestionPartTicks,
        };
        outputProjection = new Linear(set, "output_projector.0", c.Neurons, c.OutputWidth);
    }

    /// <inheritdoc/>
    public override QamnistLstmConfiguration Configuration { get; }

    private protected override QamnistSenses Senses { get; }

    internal override Tensor Query(Tape tape) => state.Hidden;

    private protected override void Begin(Tape tape, int batch, int ticks, int digitTicks)
    {
        this.batch = batch;
        this.ticks = ticks;
        state = new LstmState(startHidden.Forward(tape, batch), startCell.Forward(tape, batch));
    }

    private protected override void Tick(Tape tape, Tensor input) => state = cell.Forward(tape, input, state);

    private protected override TickOutput Answer(Tape tape, AttentionTrack attention) => new()
    {
        Batch = batch,
        Ticks = ticks,
        Predictions = outputProjection.Forward(tape, tape.AllTicks(state.Hidden)),
        Attention = attention,
        PostActivations = tape.AllTicks(state.Hidden),
    };
}
