using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// The private models of all neurons, each over the history of its neuron's pre-activations (paper section 3.3). The history starts
/// with <c>start_trace</c>; parameters are named <c>trace_processor.0.*</c>.
/// </summary>
public interface INeuronLevelModels
{
    /// <summary>Starts a forward pass: fills the history with the start trace. Call it outside the recurrence.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="ticks">Number of ticks.</param>
    void Begin(Tape tape, int batch, int ticks);

    /// <summary>Post-activations of one tick.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="preActivation">Shape [batch, D]; joins the history.</param>
    /// <param name="tick">The tick, from 0.</param>
    /// <returns>Shape [batch, D].</returns>
    Tensor Forward(Tape tape, Tensor preActivation, int tick);

    /// <summary>
    /// Starts a pass of several runs, each a number of ticks that begins with windows of its own: see <see cref="BeginRun"/>. Call it
    /// outside the recurrence, instead of <see cref="Begin"/>.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="ticks">Number of ticks of each run.</param>
    /// <param name="runs">Number of runs.</param>
    void BeginRuns(Tape tape, int batch, int ticks, int runs);

    /// <summary>Starts a run with given windows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="windows">Shape [batch * D, M], newest last.</param>
    /// <param name="run">The run, from 0.</param>
    void BeginRun(Tape tape, Tensor windows, int run);

    /// <summary>Ends a run, or leaves ticks out that it has room for.</summary>
    /// <param name="tape">The tape.</param>
    /// <returns>The windows of the last tick that ran, shape [batch * D, M].</returns>
    Tensor EndRun(Tape tape);

    /// <summary>Creates models that run as one kernel where they can; with normalisation or dropout they go over copied windows.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="startTrace">First history of pre-activations, [D, M].</param>
    /// <param name="neurons">Number of neurons D.</param>
    /// <param name="memory">Length M of the history.</param>
    /// <param name="hidden">Hidden width H; 0 for linear models.</param>
    /// <param name="normalizes">LayerNorm before each layer.</param>
    /// <param name="dropout">Dropout before each layer.</param>
    /// <param name="startTemperature">Temperature of the last layer before training.</param>
    internal static INeuronLevelModels Create(
        ParameterSet set,
        Parameter startTrace,
        int neurons,
        int memory,
        int hidden,
        bool normalizes,
        float dropout,
        float startTemperature) =>
        normalizes || dropout > 0f
            ? new WindowedNeuronLevelModels(set, startTrace, neurons, memory, hidden, normalizes, dropout, startTemperature)
            : new NeuronLevelModels(set, startTrace, neurons, memory, hidden, startTemperature);
}
