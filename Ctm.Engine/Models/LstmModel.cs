using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The LSTM baseline: at every tick the top layer's hidden state makes the query, what attention finds is the LSTM's input, and the
/// hidden state after it the answer (models/lstm.py). Keys and values are projected once.
/// </summary>
public sealed class LstmModel : TickModel, IRecurrence, IStoppable
{
    private readonly IBackbone backbone;
    private readonly IPositionalEmbedding? positions;
    private readonly Linear keyValueProjection, outputProjection;
    private readonly FoldedLinear query;
    private readonly LayerNorm keyValueNorm;
    private readonly SingleQueryAttention attention;
    private readonly LstmStack lstm;
    private readonly StartState[] startHidden = [], startCell = [];
    private readonly StartState? startInput;
    private readonly LstmState[] states;
    private readonly CarriedTensor[] hidden, cells;
    private FeatureMap features;
    private Tensor? start;

    internal LstmModel(ComputeDevice device, LstmConfiguration configuration)
        : base(device)
    {
        LstmConfiguration c = Configuration = configuration;
        ParameterSet set = Parameters;
        states = new LstmState[c.Layers];
        hidden = [.. states.Select(_ => new CarriedTensor())];
        cells = [.. states.Select(_ => new CarriedTensor())];
        var initializer = Initializer.FanIn(c.Width);
        if (c.StateAsInput)
        {
            startInput = new StartState(set.Add("start_activated_state", [c.Width], initializer));
        }
        else
        {
            startHidden = Rows(set.Add("start_hidden_state", [c.Layers, c.Width], initializer));
            startCell = Rows(set.Add("start_cell_state", [c.Layers, c.Width], initializer));
        }

        backbone = BackboneFactory.Create(set, c);
        positions = PositionalEmbeddings.Create(set, c.PositionalEmbedding, backbone, c.ImageSize);
        keyValueProjection = new Linear(set, "kv_proj.0", backbone.Channels, c.InputWidth);
        keyValueNorm = new LayerNorm(set, "kv_proj.1", c.InputWidth);
        var queryProjection = new Linear(set, "q_proj", c.Width, c.InputWidth);
        attention = new SingleQueryAttention(set, "attention", c.InputWidth, c.Heads, c.Dropout);
        query = new FoldedLinear(set, queryProjection, attention.Query);
        lstm = new LstmStack(set, "lstm", c.InputWidth + (c.StateAsInput ? c.Width : 0), c.Width, c.Layers, c.Dropout);
        outputProjection = new Linear(set, "output_projector.0", c.Width, c.OutputWidth);
    }

    /// <inheritdoc/>
    public override LstmConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override TickOutput Forward(Tape tape, FeatureMap inputs)
    {
        int batch = inputs.Batch, ticks = Configuration.Ticks;
        Begin(tape, inputs);
        tape.Recur(ticks, batch, this);
        Tensor answers = tape.AllTicks(states[^1].Hidden);
        return new TickOutput
        {
            Batch = batch,
            Ticks = ticks,
            Predictions = outputProjection.Forward(tape, answers),
            Attention = AttentionTrack.Of(tape, attention, features),
            PostActivations = answers,
        };
    }

    void IStoppable.Begin(Tape tape, FeatureMap inputs) => Begin(tape, inputs);

    Tensor IStoppable.Think(Tape tape)
    {
        Tick(tape);
        return outputProjection.Forward(tape, states[^1].Hidden);
    }

    void IStoppable.GoOn(Tape next, RowChoice samples, int ticks)
    {
        start = null;
        query.Begin(next);
        attention.GoOn(next, samples);
        foreach (CarriedTensor carried in hidden.Concat(cells))
        {
            carried.Value = samples.Of(next, carried.Value!);
        }
    }

    void IRecurrence.Tick(Tape tape, int tick) => Tick(tape);

    private void Begin(Tape tape, FeatureMap inputs)
    {
        features = backbone.Forward(tape, inputs);
        features = positions?.Add(tape, features) ?? features;
        attention.Begin(tape, keyValueNorm.Forward(tape, keyValueProjection.Forward(tape, features.Tensor)), inputs.Batch);
        query.Begin(tape);
        Start(tape, inputs.Batch);
    }

    private void Tick(Tape tape)
    {
        for (int k = 0; k < states.Length; k++)
        {
            states[k] = new LstmState(hidden[k].Value!, cells[k].Value!);
        }

        // The first query of a pass comes of the start; a pass that goes on elsewhere has had it.
        Tensor state = (tape.Tick == 0 ? start : null) ?? states[^1].Hidden;
        Tensor attended = attention.Output.Forward(tape, attention.Attend(tape, query.Forward(tape, state)));
        lstm.Forward(tape, Configuration.StateAsInput ? tape.Concatenate(attended, state) : attended, states);
        for (int k = 0; k < states.Length; k++)
        {
            (hidden[k].Value, cells[k].Value) = states[k];
        }
    }

    private static StartState[] Rows(Parameter value)
    {
        int layers = value.Shape[0], width = value.Shape[1];
        return [.. Enumerable.Range(0, layers).Select(k => new StartState(value, k * width, width))];
    }

    // Sets the states before the first tick, and what makes the first query.
    private void Start(Tape tape, int batch)
    {
        for (int k = 0; k < states.Length; k++)
        {
            states[k] = startInput is null
                ? new LstmState(startHidden[k].Forward(tape, batch), startCell[k].Forward(tape, batch))
                : new LstmState(Zero(tape, batch), Zero(tape, batch));
            (hidden[k].Value, cells[k].Value) = states[k];
            tape.Carry(hidden[k]);
            tape.Carry(cells[k]);
        }

        start = startInput?.Forward(tape, batch) ?? states[^1].Hidden;
    }

    private Tensor Zero(Tape tape, int batch)
    {
        Tensor zero = tape.New(batch, Configuration.Width, needsGradient: false);
        tape.Device.Elementwise.Fill(zero.Data, 0f);
        return zero;
    }
}
