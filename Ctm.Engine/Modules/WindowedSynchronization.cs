using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Synchronization;

namespace Ctm.Engine.Modules;

/// <summary>
/// Synchronization of all pairs of the last J neurons over their newest M post-activations, as agents have it (models/ctm_rl.py):
/// S = sum of r^age z_i z_j, divided by sqrt(sum of r^age), with r = exp(-clamp(decay, 0, 4)). The parameter
/// <c>decay_params_out</c> stays as it is outside the bounds, and has no gradient there. The buffers
/// <c>out_neuron_indices_left</c> and <c>..._right</c> are saved but not used: they name the first J neurons. Buffer
/// <c>diagonal_mask_out</c> [J, J] says which pairs there are, row by row: the upper triangle.
/// </summary>
public sealed class WindowedSynchronization : IDisposable
{
    /// <summary>The highest decay that counts.</summary>
    internal const float HighestDecay = 4f;

    private readonly ComputeDevice device;
    private readonly Parameter decay;
    private readonly ModelBuffer mask;
    private readonly int neurons, memory, count;
    private PairIndex? pairs;
    private Tensor? factors, slopes, work, stateGradients, windowGradients;

    /// <summary>Creates the buffers.</summary>
    /// <param name="set">Receives them.</param>
    /// <param name="decay">The decays, see <see cref="AddDecay"/>.</param>
    /// <param name="neurons">Number of neurons D.</param>
    /// <param name="count">Neurons J that synchronize.</param>
    /// <param name="memory">Length M of the window.</param>
    public WindowedSynchronization(ParameterSet set, Parameter decay, int neurons, int count, int memory)
    {
        device = set.Device;
        this.decay = decay;
        this.neurons = neurons;
        this.count = count;
        this.memory = memory;
        set.AddIndices("out_neuron_indices_left", [count], [.. Enumerable.Range(0, count)]);
        set.AddIndices("out_neuron_indices_right", [count], [.. Enumerable.Range(0, count)]);
        mask = set.AddFlags(
            "diagonal_mask_out", [count, count], [.. Enumerable.Range(0, count * count).Select(i => i / count <= i % count)]);
        mask.Loaded += DropPairs;
        set.Own(this);
    }

    /// <summary>Number of pairs P: the width of the synchronization vector.</summary>
    public int Pairs => decay.Length;

    /// <summary>The parameter.</summary>
    /// <param name="set">Receives it.</param>
    /// <param name="count">Neurons J that synchronize.</param>
    /// <param name="start">Value before training.</param>
    public static Parameter AddDecay(ParameterSet set, int count, float start = 0f) =>
        set.Add("decay_params_out", [count * (count + 1) / 2], Initializer.Constant(start));

    /// <summary>Starts a forward pass. Call it outside the recurrence.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">Number of samples.</param>
    public void Begin(Tape tape, int batch)
    {
        pairs ??= MakePairs();
        factors = tape.New(1, Pairs, needsGradient: false);
        slopes = tape.New(1, Pairs, needsGradient: false);
        device.Synchronization.PrepareDecays(decay.Data, 0f, HighestDecay, factors.Data, slopes.Data, default, 0, Pairs);
        if (tape.Recording)
        {
            work = tape.New(batch, Pairs, needsGradient: false);
            stateGradients = tape.New(memory, batch * count, needsGradient: false);
            windowGradients = tape.New(batch, count * memory, needsGradient: false);
        }
    }

    /// <summary>The synchronization of windows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="windows">Post-activations, shape [batch * D, M], newest last.</param>
    /// <returns>Shape [batch, P].</returns>
    public Tensor Forward(Tape tape, Tensor windows)
    {
        int batch = windows.Rows / neurons;
        Tensor selected = tape.New(batch, count * memory, needsGradient: false);
        Tensor states = tape.New(memory, batch * count, needsGradient: false), output = tape.New(batch, Pairs);

        // [batch, D, M] to the last J neurons, [batch, J, M], and to [M, batch, J].
        device.Elementwise.CopyColumns(
            windows.Data, neurons * memory, (neurons - count) * memory, selected.Data, count * memory, 0, batch, count * memory, false);
        device.Elementwise.Transpose2D(selected.Data, states.Data, batch * count, memory);
        device.Synchronization.WindowedForward(states.Data, pairs!, factors!.Data, output.Data, batch, memory);
        if (tape.Recording)
        {
            var node = tape.Record<WindowNode>();
            node.Owner = this;
            node.Windows = windows;
            node.States = states;
            node.Output = output;
        }

        return output;
    }

    /// <inheritdoc/>
    public void Dispose() => DropPairs();

    private void DropPairs()
    {
        pairs?.Dispose();
        pairs = null;
    }

    private PairIndex MakePairs()
    {
        int[] places = [.. Enumerable.Range(0, count * count).Where(i => mask.Flags![i])];
        return places.Length == Pairs
            ? new PairIndex(device, [.. places.Select(i => i / count)], [.. places.Select(i => i % count)], count)
            : throw new InvalidOperationException($"{mask.Name} marks {places.Length} pairs, {decay.Name} has {Pairs} decays.");
    }

    private void Backward(Tape tape, WindowNode node)
    {
        Tensor windows = node.Windows!, output = node.Output!;
        if (!output.HasGradient)
        {
            return;
        }

        int batch = output.Rows;
        device.Synchronization.WindowedBackward(
            node.States!.Data,
            pairs!,
            factors!.Data,
            slopes!.Data,
            output.Data,
            output.Gradient,
            work!.Data,
            stateGradients!.Data,
            decay.Gradient,
            batch,
            memory);
        if (windows.NeedsGradient)
        {
            tape.StartGradient(windows);
            device.Elementwise.Transpose2D(stateGradients.Data, windowGradients!.Data, memory, batch * count);
            device.Elementwise.CopyColumns(
                windowGradients.Data,
                count * memory,
                0,
                windows.Gradient,
                neurons * memory,
                (neurons - count) * memory,
                batch,
                count * memory,
                accumulate: true);
        }
    }

    private sealed class WindowNode : Node
    {
        public WindowedSynchronization? Owner { get; set; }

        public Tensor? Windows { get; set; }

        public Tensor? States { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape) => Owner!.Backward(tape, this);
    }
}
