using Ctm.Engine.Autograd;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Engine.Modules;

/// <summary>
/// The fused neuron-level models, without LayerNorm or dropout (see <see cref="WindowedNeuronLevelModels"/>). Parameters
/// <c>trace_processor.0.0.{w1,b1,T}</c> and, for deep ones, <c>trace_processor.0.2.{w1,b1,T}</c>; the history starts with
/// <c>start_trace</c>.
/// </summary>
public sealed class NeuronLevelModels : INeuronLevelModels, IDeferred, IDisposable
{
    private const int Unpacked = -1;
    private readonly ParameterSet set;
    private readonly Parameter startTrace, w1, b1, t1;
    private readonly Parameter? w2, b2, t2;
    private readonly int neurons, memory, hidden;
    private readonly Dictionary<(int Batch, int Runs), (NeuronLevelModelWorkspace Workspace, int Version)> workspaces = [];
    private NeuronLevelModelWorkspace? current;
    private bool startsWithTrace;
    private int lastTick, run;

    /// <summary>Creates the parameters.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="startTrace">Shape [D, M].</param>
    /// <param name="neurons">Number of neurons D.</param>
    /// <param name="memory">Length M of the history.</param>
    /// <param name="hidden">Hidden width; 0 stands for linear models.</param>
    /// <param name="startTemperature">The last layer's temperature before training.</param>
    public NeuronLevelModels(
        ParameterSet set, Parameter startTrace, int neurons, int memory, int hidden, float startTemperature = 1f)
    {
        this.set = set;
        this.startTrace = startTrace;
        this.neurons = neurons;
        this.memory = memory;
        this.hidden = hidden;
        int first = hidden == 0 ? 2 : 2 * hidden;
        (w1, b1, t1) = SuperLinear.AddParameters(
            set, "trace_processor.0.0.", memory, first, neurons, hidden == 0 ? startTemperature : 1f);
        if (hidden > 0)
        {
            (w2, b2, t2) = SuperLinear.AddParameters(set, "trace_processor.0.2.", hidden, 2, neurons, startTemperature);
        }

        set.Own(this);
    }

    /// <inheritdoc/>
    public void Begin(Tape tape, int batch, int ticks)
    {
        Prepare(tape, batch, ticks, 1, tape.KeptTicks(ticks));
        startsWithTrace = true;
        current!.BeginHistory(startTrace.Data);
    }

    /// <inheritdoc/>
    public void BeginRuns(Tape tape, int batch, int ticks, int runs)
    {
        Prepare(tape, batch, ticks, runs, ticks);
        startsWithTrace = false;
    }

    /// <inheritdoc/>
    public void BeginRun(Tape tape, Tensor windows, int run)
    {
        this.run = run;
        current!.SelectRun(run);
        current.BeginHistoryFromWindows(windows.Data);
        if (tape.Recording)
        {
            var node = tape.Record<BeginNode>();
            node.Owner = this;
            node.Windows = windows;
            node.Run = run;
        }
    }

    /// <inheritdoc/>
    public Tensor EndRun(Tape tape)
    {
        Tensor windows = tape.New(current!.Shape.Batch * neurons, memory);
        current.CopyWindow(lastTick, windows.Data);
        if (tape.Recording)
        {
            var node = tape.Record<EndNode>();
            node.Owner = this;
            node.Windows = windows;
            node.Tick = lastTick;
            node.Run = run;
        }

        return windows;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tape tape, Tensor preActivation, int tick)
    {
        Tensor output = tape.New(preActivation.Rows, neurons);
        current!.Forward(tick, preActivation.Data, output.Data);
        lastTick = tick;
        if (tape.Recording)
        {
            var node = tape.Record<TickNode>();
            node.Owner = this;
            node.PreActivation = preActivation;
            node.Output = output;
            node.Tick = tick;
            node.Run = run;
        }

        return output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((NeuronLevelModelWorkspace workspace, _) in workspaces.Values)
        {
            workspace.Dispose();
        }

        workspaces.Clear();
    }

    void IDeferred.Flush(Tape tape) => current!.Finish(
        new NeuronLevelModelParameters(
            w1.Gradient, b1.Gradient, t1.Gradient, w2?.Gradient ?? default, b2?.Gradient ?? default, t2?.Gradient ?? default),
        startsWithTrace ? startTrace.Gradient : default);

    private void Prepare(Tape tape, int batch, int ticks, int runs, int keptTicks)
    {
        // A workspace serves passes of fewer ticks too: forms whose passes differ in length need one a batch size.
        int version = Unpacked;
        if (workspaces.TryGetValue((batch, runs), out var found) && found.Workspace.Shape.Ticks >= ticks
            && found.Workspace.Shape.KeptAtATime >= keptTicks && found.Workspace.Shape.Precision == set.Precision)
        {
            (current, version) = found;
        }
        else
        {
            found.Workspace?.Dispose();
            var shape = new NeuronLevelModelShape(neurons, memory, hidden, batch, ticks, runs, keptTicks, set.Precision);
            current = set.Device.NeuronLevelModels.CreateWorkspace(shape, training: true);
        }

        lastTick = -1;
        run = 0;
        current.SelectRun(run);

        // A backward pass ends what was packed; without one it is good until the parameters change.
        if (tape.Training || version != set.Version)
        {
            current.Prepare(new NeuronLevelModelParameters(
                w1.Data, b1.Data, t1.Data, w2?.Data ?? default, b2?.Data ?? default, t2?.Data ?? default));
        }

        workspaces[(batch, runs)] = (current, tape.Training ? Unpacked : set.Version);
    }

    private void Backward(Tape tape, TickNode node)
    {
        Tensor input = node.PreActivation!, output = node.Output!;
        if (!output.HasGradient)
        {
            tape.Device.Elementwise.Fill(output.Gradient, 0f);
        }

        current!.SelectRun(node.Run);
        current.Backward(node.Tick, output.Gradient, tape.Target(input));
        tape.Deliver(input);
        tape.Defer(this, untilEnd: true);
    }

    private sealed class TickNode : Node
    {
        public NeuronLevelModels? Owner { get; set; }

        public Tensor? PreActivation { get; set; }

        public Tensor? Output { get; set; }

        public int Tick { get; set; }

        public int Run { get; set; }

        public override void Backward(Tape tape) => Owner!.Backward(tape, this);
    }

    private sealed class BeginNode : Node
    {
        public NeuronLevelModels? Owner { get; set; }

        public Tensor? Windows { get; set; }

        public int Run { get; set; }

        public override void Backward(Tape tape)
        {
            if (Windows!.NeedsGradient)
            {
                Owner!.current!.SelectRun(Run);
                Owner.current.CopyStartWindowGradient(tape.Target(Windows));
                tape.Deliver(Windows);
            }
        }
    }

    private sealed class EndNode : Node
    {
        public NeuronLevelModels? Owner { get; set; }

        public Tensor? Windows { get; set; }

        public int Tick { get; set; }

        public int Run { get; set; }

        public override void Backward(Tape tape)
        {
            if (Windows!.HasGradient)
            {
                Owner!.current!.SelectRun(Run);
                Owner.current.BeginBackward(Tick, Windows.Gradient);
            }
        }
    }
}
