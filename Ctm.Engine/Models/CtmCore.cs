using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>
/// What all forms of the CTM do at a tick, whatever they see of their input: synapses, neuron-level models, synchronization, and the
/// prediction from it. A pass is: Begin, then for every tick, inside a recurrence of the tape, Act where the form attends, and Tick;
/// last Answer.
/// </summary>
internal sealed class CtmCore
{
    private readonly SynapseEntry synapse;
    private readonly INeuronLevelModels? neurons;
    private readonly Linear outputProjection;
    private readonly Synchronization? action, output;
    private readonly StartState startState;
    private readonly CarriedTensor state = new();
    private Tensor? query, preActivation, answer;
    private int batch, ticks;

    /// <summary>Creates the parameters behind those that see the input.</summary>
    /// <param name="set">Receives the parameters and buffers.</param>
    /// <param name="start">The parameters before those that see the input.</param>
    /// <param name="c">The sizes.</param>
    /// <param name="inputWidth">Values that a tick gets of the input.</param>
    /// <param name="seed">Seed of the neuron pairs.</param>
    /// <param name="inputProjection">A layer that what a tick gets of the input passes first; null for none.</param>
    public CtmCore(
        ParameterSet set, CtmStart start, ICtmConfiguration c, int inputWidth, ulong seed, LinearMap? inputProjection = null)
    {
        startState = new StartState(start.State);
        var model = Synapse.Create(set, "synapses", inputWidth + c.Neurons, c.Neurons, c.SynapseDepth, c.Dropout);
        synapse = new SynapseEntry(set, model, inputWidth, inputProjection);
        int hidden = c.DeepNeuronLevelModels ? c.HiddenWidth : 0;
        neurons = start.Trace is { } trace
            ? INeuronLevelModels.Create(
                set, trace, c.Neurons, c.MemoryLength, hidden, c.NormalizeHistory, c.DropoutNlm ?? c.Dropout, c.StartTemperature)
            : null;
        int answerWidth = c.HasSynchronization ? Synchronization.CountPairs(c.NeuronSelection, c.OutputNeurons) : c.Neurons;
        outputProjection = new Linear(set, "output_projector.0", answerWidth, c.OutputWidth);
        action = start.ActionDecay is { } actionDecay
            ? new Synchronization(set, "action", actionDecay, c.NeuronSelection, c.Neurons, c.ActionNeurons, c.SelfPairs, seed)
            : null;
        output = start.OutputDecay is { } decay
            ? new Synchronization(set, "out", decay, c.NeuronSelection, c.Neurons, c.OutputNeurons, c.SelfPairs, seed)
            : null;
    }

    /// <summary>Starts a pass. Call it outside the recurrence.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">Number of samples B.</param>
    /// <param name="ticks">Number of ticks T.</param>
    /// <param name="actions">Number of ticks that call <see cref="Act"/>.</param>
    public void Begin(Tape tape, int batch, int ticks, int actions)
    {
        this.batch = batch;
        this.ticks = ticks;
        synapse.Begin(tape);
        action?.Begin(tape, batch, actions);
        output?.Begin(tape, batch, ticks + 1);
        state.Value = startState.Forward(tape, batch);
        tape.Carry(state);
        query = preActivation = null;

        // The output's synchronization starts with the start state's pairs before the first tick, the action's with it at the first.
        answer = output?.Step(tape, state.Value);
        neurons?.Begin(tape, batch, ticks);
    }

    /// <summary>What a query is made of: the synchronization, shape [B, pairs], or without it the post-activations, [B, D].</summary>
    public Tensor Act(Tape tape) => action is null ? state.Value! : query = action.Step(tape, state.Value!);

    /// <summary>One tick.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">What the tick gets of the input, shape [B, input width].</param>
    /// <param name="actsNext">Whether the form acts at every tick.</param>
    public void Tick(Tape tape, Tensor input, bool actsNext = false)
    {
        preActivation = synapse.Forward(tape, input, state.Value!);
        state.Value = neurons?.Forward(tape, preActivation, tape.Tick) ?? preActivation;
        answer = output?.Step(tape, state.Value, actsNext ? action : null) ?? Keep(tape, state.Value);
    }

    /// <summary>Predictions of the latest tick, shape [B, outputs].</summary>
    public Tensor Predict(Tape tape) => outputProjection.Forward(tape, answer!);

    /// <summary>Goes on with some samples; see <see cref="IStoppable.GoOn"/>.</summary>
    /// <param name="next">The tape that they go on with.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="ticksLeft">Ticks that are left.</param>
    public void GoOn(Tape next, RowChoice samples, int ticksLeft)
    {
        int done = ticks - ticksLeft;
        synapse.Begin(next);
        batch = samples.Count;
        action?.GoOn(next, samples, done);
        output?.GoOn(next, samples, done + 1);
        state.Value = samples.Of(next, state.Value!);
        if (neurons is not null)
        {
            Tensor windows = samples.Of(next, neurons.EndRun(next));
            neurons.BeginRuns(next, batch, ticksLeft, runs: 1);
            neurons.BeginRun(next, windows, run: 0);
        }
    }

    /// <summary>Predictions and tracks of all ticks. Call it after the recurrence.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="attention">Where the form looked; null where it does not attend.</param>
    public TickOutput Answer(Tape tape, AttentionTrack? attention) => new()
    {
        Batch = batch,
        Ticks = ticks,
        Predictions = outputProjection.Forward(tape, tape.AllTicks(answer!)),
        Attention = attention,
        PreActivations = tape.AllTicksIfKept(preActivation!),
        PostActivations = tape.AllTicksIfKept(state.Value!),
        ActionSynchronization = query is null ? null : tape.AllTicks(query),
        OutputSynchronization = output is null ? null : tape.AllTicks(answer!),
    };

    // Predictions are made of all ticks, while checkpoints give the post-activations up.
    private static Tensor Keep(Tape tape, Tensor state)
    {
        Tensor kept = tape.New(state.Rows, state.Columns, keep: true);
        tape.Device.Elementwise.Copy(state.Data, kept.Data);
        tape.RecordCopy(state, kept);
        return kept;
    }
}
