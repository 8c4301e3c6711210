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
}
