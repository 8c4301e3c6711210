using Ctm.Kernels.Devices;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// The state of a run of neuron-level models on one device. A training step is: Prepare, BeginHistory, Forward for ticks 0, 1, ...,
/// Backward for the same ticks in reverse, Finish. The history is one buffer of M + T slots per neuron and sample; a tick's window slides
/// over it and nothing is copied. Where the shape has several runs, each has its history, and <see cref="SelectRun"/> says which one the
/// calls are about; the parameters' gradients are summed over all of them, and Finish comes once.
/// </summary>
public abstract class NeuronLevelModelWorkspace : IDisposable
{
    private protected NeuronLevelModelWorkspace(NeuronLevelModelShape shape) => Shape = shape;

    /// <summary>The sizes.</summary>
    public NeuronLevelModelShape Shape { get; }

    /// <summary>Packs the parameters as the kernels read them, divided by the temperatures, and zeroes their packed gradients.</summary>
    /// <param name="parameters">The parameters; borrowed until <see cref="Finish"/>.</param>
    public abstract void Prepare(NeuronLevelModelParameters parameters);

    /// <summary>Chooses the run that the next calls are about; the first is chosen from the beginning.</summary>
    /// <param name="run">From 0.</param>
    /// <exception cref="InvalidOperationException">When the chosen run's backward pass has begun and not reached tick 0.</exception>
    public abstract void SelectRun(int run);

    /// <summary>Begins a run: fills the first M slots of every sample.</summary>
    /// <param name="startTrace">Shape [D, M], newest last: the reference's start_trace.</param>
    public abstract void BeginHistory(DeviceView<float> startTrace);

    /// <summary>Begins a run from windows that differ between samples.</summary>
    /// <param name="windows">Shape [B, D, M], newest last.</param>
    public abstract void BeginHistoryFromWindows(DeviceView<float> windows);

    /// <summary>One tick: appends the pre-activation to the history, and computes z from the window that ends with it.</summary>
    /// <param name="tick">From 0; a tick may be repeated, not skipped.</param>
    /// <param name="preActivation">Shape [B, D].</param>
    /// <param name="output">z, shape [B, D]; assigned.</param>
    public abstract void Forward(int tick, DeviceView<float> preActivation, DeviceView<float> output);

    /// <summary>Copies the window that <see cref="Forward"/> saw at a tick; -1 for the start.</summary>
    /// <param name="tick">The tick.</param>
    /// <param name="windows">Shape [B, D, M], newest last; assigned.</param>
    public abstract void CopyWindow(int tick, DeviceView<float> windows);

    /// <summary>Begins the backward pass with a gradient of the last window, as <see cref="CopyWindow"/> gave it out. Optional.</summary>
    /// <param name="tick">The last tick that ran.</param>
    /// <param name="windowGradient">Shape [B, D, M].</param>
    public abstract void BeginBackward(int tick, DeviceView<float> windowGradient);

    /// <summary>
    /// One tick backward; the first call may be for any tick that ran, the next ones go down by 1. Parameter gradients and the
    /// history's gradient are summed inside the workspace.
    /// </summary>
    /// <param name="tick">The tick.</param>
    /// <param name="outputGradient">The gradient of z, shape [B, D].</param>
    /// <param name="preActivationGradient">
    /// The gradient of this tick's pre-activation from this and all later ticks, shape [B, D]; assigned.
    /// </param>
    public abstract void Backward(int tick, DeviceView<float> outputGradient, DeviceView<float> preActivationGradient);

    /// <summary>Ends a backward pass after tick 0: adds to the parameters' gradients. <see cref="Prepare"/> must come next.</summary>
    /// <param name="gradients">Shaped as the parameters; added to.</param>
    /// <param name="startTraceGradient">Shape [D, M]; added to, summed over the batch. May be absent.</param>
    public abstract void Finish(NeuronLevelModelParameters gradients, DeviceView<float> startTraceGradient = default);

    /// <summary>The gradient of each sample's start window, after tick 0's backward and before <see cref="Finish"/>.</summary>
    /// <param name="windowGradient">Shape [B, D, M]; assigned. The oldest slot's is 0: no window of the run holds it.</param>
    public abstract void CopyStartWindowGradient(DeviceView<float> windowGradient);

    /// <inheritdoc/>
    public abstract void Dispose();
}
