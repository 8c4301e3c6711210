using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Models;

/// <summary>
/// The LSTM baseline: at every tick the top layer's hidden state makes the query, what attention finds is the LSTM's input, and the
/// hidden state after it the answer (models/lstm.py). Keys and values are projected once. With synchronization, that of the top layer's
/// hidden states makes query and answer, as in the CTM: the start state's pairs come before the first tick.
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
    private readonly Synchronization? action, output;
    private readonly StartState[] startHidden = [], startCell = [];
    private readonly StartState? startInput;
    private readonly LstmState[] states;
    private readonly CarriedTensor[] hidden, cells;
    private FeatureMap features;
    private Tensor? start, asked, answer;

    internal LstmModel(ComputeDevice device, LstmConfiguration configuration, ulong seed)
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

        Parameter? actionDecay = c.HasSynchronization ? Synchronization.AddDecay(set, "action", c.NeuronSelection, c.ActionNeurons) : null;
        Parameter? outputDecay = c.HasSynchronization ? Synchronization.AddDecay(set, "out", c.NeuronSelection, c.OutputNeurons) : null;
        backbone = BackboneFactory.Create(set, c);
        positions = PositionalEmbeddings.Create(set, c.PositionalEmbedding, backbone, c.ImageSize);
        keyValueProjection = new Linear(set, "kv_proj.0", backbone.Channels, c.InputWidth);
        keyValueNorm = new LayerNorm(set, "kv_proj.1", c.InputWidth);
        int Width(int count) => c.HasSynchronization ? Synchronization.CountPairs(c.NeuronSelection, count) : c.Width;
        var queryProjection = new Linear(set, "q_proj", Width(c.ActionNeurons), c.InputWidth);
        attention = new SingleQueryAttention(set, "attention", c.InputWidth, c.Heads, c.Dropout);
        query = new FoldedLinear(set, queryProjection, attention.Query);
        lstm = new LstmStack(set, "lstm", c.InputWidth + (c.StateAsInput ? c.Width : 0), c.Width, c.Layers, c.Dropout);
        outputProjection = new Linear(set, "output_projector.0", Width(c.OutputNeurons), c.OutputWidth);
        action = actionDecay is null ? null
            : new Synchronization(set, "action", actionDecay, c.NeuronSelection, c.Width, c.ActionNeurons, c.SelfPairs, seed);
        output = outputDecay is null ? null
            : new Synchronization(set, "out", outputDecay, c.NeuronSelection, c.Width, c.OutputNeurons, c.SelfPairs, seed);
    }

    /// <inheritdoc/>
    public override LstmConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override TickOutput Forward(Tape tape, FeatureMap inputs, int ticks)
    {
        int batch = inputs.Batch;
        Begin(tape, inputs, ticks);
        tape.Recur(ticks, batch, this);
        return new TickOutput
        {
            Batch = batch,
            Ticks = ticks,
            Predictions = outputProjection.Forward(tape, tape.AllTicks(answer!)),
            Attention = AttentionTrack.Of(tape, attention, features),
            PostActivations = tape.AllTicks(states[^1].Hidden),
            ActionSynchronization = action is null ? null : tape.AllTicks(asked!),
            OutputSynchronization = output is null ? null : tape.AllTicks(answer!),
        };
    }

    void IStoppable.Begin(Tape tape, FeatureMap inputs) => Begin(tape, inputs, Configuration.Ticks);

    Tensor IStoppable.Think(Tape tape)
    {
        Tick(tape);
        return outputProjection.Forward(tape, answer!);
    }

    void IStoppable.GoOn(Tape next, RowChoice samples, int ticks)
    {
        start = null;
        query.Begin(next);
        attention.GoOn(next, samples);
        int done = Configuration.Ticks - ticks;
        action?.GoOn(next, samples, done);
        output?.GoOn(next, samples, done + 1);
        foreach (CarriedTensor carried in hidden.Concat(cells))
        {
            carried.Value = samples.Of(next, carried.Value!);
        }
    }

    void IRecurrence.Tick(Tape tape, int tick) => Tick(tape);

    private void Begin(Tape tape, FeatureMap inputs, int ticks)
    {
        features = backbone.Forward(tape, inputs);
        features = positions?.Add(tape, features) ?? features;
        attention.Begin(tape, keyValueNorm.Forward(tape, keyValueProjection.Forward(tape, features.Tensor)), inputs.Batch);
        query.Begin(tape);
        Start(tape, inputs.Batch);
        action?.Begin(tape, inputs.Batch, ticks);
        output?.Begin(tape, inputs.Batch, ticks + 1);
        answer = output?.Step(tape, start!);
    }

    private void Tick(Tape tape)
    {
        for (int k = 0; k < states.Length; k++)
        {
            states[k] = new LstmState(hidden[k].Value!, cells[k].Value!);
        }

        // The first query of a pass comes of the start; a pass that goes on elsewhere has had it.
        Tensor state = (tape.Tick == 0 ? start : null) ?? states[^1].Hidden;
        asked = action?.Step(tape, state) ?? state;
        Tensor attended = attention.Output.Forward(tape, attention.Attend(tape, query.Forward(tape, asked)));
        lstm.Forward(tape, Configuration.StateAsInput ? tape.Concatenate(attended, state) : attended, states);
        for (int k = 0; k < states.Length; k++)
        {
            (hidden[k].Value, cells[k].Value) = states[k];
        }

        answer = output?.Step(tape, states[^1].Hidden) ?? states[^1].Hidden;
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
