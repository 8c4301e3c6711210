using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// Neuron-level models of separate operations, for what the fused ones of <see cref="NeuronLevelModels"/> cannot do: LayerNorm or dropout
/// before each layer. Every tick copies the window of all neurons and keeps what lies between the operations, so they are much slower and take
/// more memory. Parameters as there, and <c>layernorm.weight</c> and <c>layernorm.bias</c> of each layer.
/// </summary>
public sealed class WindowedNeuronLevelModels : INeuronLevelModels
{
    private readonly StartState startTrace;
    private readonly SuperLinear first;
    private readonly SuperLinear? second;
    private readonly int neurons, memory;
    private readonly CarriedTensor window = new();

    /// <summary>Creates the parameters.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="startTrace">Shape [D, M].</param>
    /// <param name="neurons">Number of neurons D.</param>
    /// <param name="memory">Length M of the window.</param>
    /// <param name="hidden">Hidden width; 0 stands for linear models.</param>
    /// <param name="normalize">LayerNorm before each layer.</param>
    /// <param name="dropout">Dropout before each layer.</param>
    /// <param name="startTemperature">The last layer's temperature before training.</param>
    public WindowedNeuronLevelModels(
        ParameterSet set,
        Parameter startTrace,
        int neurons,
        int memory,
        int hidden,
        bool normalize,
        float dropout,
        float startTemperature = 1f)
    {
        this.startTrace = new StartState(startTrace);
        this.neurons = neurons;
        this.memory = memory;
        int outputs = hidden == 0 ? 2 : 2 * hidden;
        float firstTemperature = hidden == 0 ? startTemperature : 1f;
        first = new SuperLinear(set, "trace_processor.0.0.", memory, outputs, neurons, normalize, dropout, firstTemperature);
        second = hidden == 0
            ? null
            : new SuperLinear(set, "trace_processor.0.2.", hidden, 2, neurons, normalize, dropout, startTemperature);
    }

    /// <inheritdoc/>
    public void Begin(Tape tape, int batch, int ticks)
    {
        window.Value = startTrace.Forward(tape, batch, memory);
        tape.Carry(window);
    }

    /// <inheritdoc/>
    public void BeginRuns(Tape tape, int batch, int ticks, int runs)
    {
    }

    /// <inheritdoc/>
    public void BeginRun(Tape tape, Tensor windows, int run) => window.Value = windows;

    /// <inheritdoc/>
    public Tensor EndRun(Tape tape) => window.Value!;

    /// <inheritdoc/>
    public Tensor Forward(Tape tape, Tensor preActivation, int tick)
    {
        window.Value = tape.ShiftAndAppend(window.Value!, preActivation);
        return Forward(tape, window.Value);
    }

    /// <summary>Post-activations of given windows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="window">Shape [batch * D, M], newest last.</param>
    /// <returns>Shape [batch, D].</returns>
    public Tensor Forward(Tape tape, Tensor window)
    {
        Tensor x = first.Forward(tape, window);
        x = second?.Forward(tape, tape.Glu(x)) ?? x;
        return tape.Glu(x, window.Rows / neurons);
    }
}
