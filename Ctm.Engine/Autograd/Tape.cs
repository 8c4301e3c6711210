using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// Records the operations of one step and walks them back. The tape owns all tensors of the step: their memory, and the
/// objects themselves, are used again by the next step, so a step of known shapes allocates nothing.
/// It knows that ticks repeat: between <see cref="BeginRecurrence"/> and <see cref="EndRecurrence"/> every call site keeps one
/// slab [ticks, rows, columns], and gradients of weights are formed once over all ticks instead of tick by tick.
/// Gradients of parameters accumulate, those of activations are assigned by their first consumer and added to by the rest.
/// </summary>
public sealed partial class Tape : IDisposable
{
    private readonly CallSites sites, carriedSites;
    private readonly List<TickPart> parts = [];
    private readonly NodeList nodes = new();
    private readonly List<IDeferred> deferred = [], atEnd = [];
    private DeviceBuffer<float>? scratch;
    private TickPart? open;
    private NodeList recorder;
    private TickFrame frame;
    private bool again;
    private uint draws;
    private int partCount, tick = -1;

    /// <summary>A tape that has recorded nothing yet.</summary>
    public Tape(ComputeDevice device)
    {
        Device = device;
        sites = new CallSites(device);
        carriedSites = new CallSites(device);
        recorder = nodes;
    }

    /// <summary>The device that everything runs on.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Whether the step trains: dropout and batch statistics follow it.</summary>
    public bool Training { get; private set; }

    /// <summary>Whether operations are recorded for a backward pass now; a training step may leave ticks out, to compute them again.</summary>
    public bool Recording { get; private set; }

    /// <summary>Number that makes the random draws of this step its own.</summary>
    public ulong Step { get; private set; }

    /// <summary>Seed of all random draws.</summary>
    public ulong Seed { get; set; }

    /// <summary>What losses multiply the gradients by that they hand back; the optimizer takes it out again.</summary>
    public float LossScale { get; set; } = 1f;

    internal bool InRecurrence => tick >= 0;

    /// <summary>Starts a step; all tensors of the one before are given up.</summary>
    /// <param name="recording">True to train, false to evaluate.</param>
    /// <param name="step">Number of the step, for random draws.</param>
    public void Begin(bool recording, ulong step = 0)
    {
        Recording = Training = recording;
        Step = step;
        draws = 0;
        sites.Restart();
        carriedSites.Restart();
        partCount = 0;
        nodes.Restart();
        (recorder, again, Recomputes) = (nodes, false, false);
        carried.Clear();
        tick = -1;
        open = null;
        deferred.Clear();
        atEnd.Clear();
    }

    /// <summary>Number of the next random draw: a step draws at most 2^32 times, each with a stream of its own.</summary>
    internal ulong NextStream() => (Step << 32) | draws++;

    /// <summary>A tensor with undefined contents.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="needsGradient">Whether a gradient should flow into it.</param>
    /// <param name="keep">Whether a recurrence keeps the values of all its ticks, even between checkpoints: what comes out of the ticks.</param>
    public Tensor New(int rows, int columns, bool needsGradient = true, bool keep = false)
    {
        if (open is not null)
        {
            return open.Sites.Tensor(rows, columns, tick - open.First, TickFrame.All(open.Count), needsGradient && Training);
        }

        TickFrame kept = keep && !frame.Rolls ? frame with { DataTicks = frame.Ticks } : frame;
        return sites.Tensor(rows, columns, tick, kept, needsGradient && Training, again);
    }

    /// <summary>Integers with undefined contents, kept until the next step like a tensor.</summary>
    /// <param name="length">How many.</param>
    public DeviceView<int> NewIndices(int length) =>
        open is null ? sites.Indices(length, tick, frame.Ticks) : open.Sites.Indices(length, tick - open.First, open.Count);

    /// <summary>Enters a part of the step that repeats.</summary>
    public void BeginRecurrence(int ticks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, 1);
        Enter(TickFrame.All(ticks));
    }

    /// <summary>Starts a tick, counted from 0.</summary>
    public void BeginTick(int tick)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tick, this.tick + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(tick, frame.Ticks);
        this.tick = tick;
        sites.BeginTick();
    }

    /// <summary>Leaves the recurrence.</summary>
    public void EndRecurrence() => tick = -1;

    /// <summary>All ticks of a tensor that was made in a recurrence, or in a part of it, as one matrix [ticks * rows, columns].</summary>
    /// <exception cref="ArgumentException">When it was not, or its ticks have been given up, to be computed again in the backward pass.</exception>
    public Tensor AllTicks(Tensor oneTick) => AllTicksIfKept(oneTick)
        ?? throw new ArgumentException("The values of all ticks have not been kept: checkpoints give them up.");

    /// <summary>As <see cref="AllTicks"/>; null where checkpoints have given the ticks up.</summary>
    /// <exception cref="ArgumentException">When the tensor was not made in a recurrence.</exception>
    public Tensor? AllTicksIfKept(Tensor oneTick)
    {
        TensorSlot slot = oneTick.Slot;
        return !slot.HasAtEnd(oneTick)
            ? throw new ArgumentException("The tensor was not made at the first or last tick of a recurrence, or of a part of it.")
            : slot.KeepsAllTicks ? slot.All : null;
    }

    /// <summary>Walks back from tensors whose gradients have been set and marked.</summary>
    public void Backward() => nodes.Backward(this);

    /// <summary>Where a consumer may assign its share of a gradient; hand it to <see cref="Deliver"/> afterwards.</summary>
    public DeviceView<float> Target(Tensor tensor) => tensor.HasGradient ? Scratch(tensor.Length) : tensor.Gradient;

    /// <summary>Says that a share of a gradient has been written to the place that <see cref="Target"/> named.</summary>
    public void Deliver(Tensor tensor)
    {
        if (tensor.HasGradient)
        {
            Device.Elementwise.Accumulate(Scratch(tensor.Length), 1f, tensor.Gradient);
        }

        tensor.MarkGradient();
    }

    /// <summary>Frees all memory.</summary>
    public void Dispose()
    {
        sites.Dispose();
        carriedSites.Dispose();
        foreach (TickPart part in parts)
        {
            part.Dispose();
        }

        parts.Clear();
        scratch?.Dispose();
        scratch = null;
    }

    internal TNode Record<TNode>()
        where TNode : Node, new() => recorder.Record<TNode>();

    /// <summary>Has <see cref="IDeferred.Flush"/> called when the backward pass leaves the segment of ticks, or the recurrence.</summary>
    /// <param name="work">The work.</param>
    /// <param name="untilEnd">Whether it needs all ticks: called when the backward pass leaves the recurrence.</param>
    internal void Defer(IDeferred work, bool untilEnd = false)
    {
        List<IDeferred> list = untilEnd ? atEnd : deferred;
        if (!list.Contains(work))
        {
            list.Add(work);
        }
    }

    internal DeviceView<float> Scratch(int length)
    {
        if (scratch is null || scratch.Length < length)
        {
            scratch?.Dispose();
            scratch = Device.Allocate<float>(length);
        }

        return scratch.Slice(0, length);
    }

    private void Enter(TickFrame frame)
    {
        if (tick >= 0)
        {
            throw new InvalidOperationException("A recurrence is open already: end it before the next.");
        }

        this.frame = frame;
        sites.BeginTicks();
        if (Recording)
        {
            Record<EndNode>();
        }
    }

    private void Flush(List<IDeferred> list)
    {
        foreach (IDeferred work in list)
        {
            work.Flush(this);
        }

        list.Clear();
    }

    /// <summary>The start of a segment, where the backward pass leaves it.</summary>
    private sealed class FlushNode : Node
    {
        public override void Backward(Tape tape) => tape.Flush(tape.deferred);
    }

    /// <summary>The start of a recurrence, where the backward pass leaves it.</summary>
    private sealed class EndNode : Node
    {
        public override void Backward(Tape tape)
        {
            tape.Flush(tape.deferred);
            tape.Flush(tape.atEnd);
        }
    }
}
