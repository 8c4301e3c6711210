using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// Records the operations of one step and walks them back. The tape owns all tensors of the step: their memory, and the
/// objects themselves, are used again by the next step, so a step of known shapes allocates nothing.
/// It knows that ticks repeat: between <see cref="BeginRecurrence"/> and <see cref="EndRecurrence"/> every call site keeps one
/// slab [ticks, rows, columns], and gradients of weights are formed once over all ticks instead of tick by tick.
/// Gradients of parameters accumulate, those of activations are assigned by their first consumer and added to by the rest.
/// </summary>
public sealed class Tape(ComputeDevice device) : IDisposable
{
    private readonly CallSites sites = new(device);
    private readonly List<TickPart> parts = [];
    private readonly List<Node> nodes = [];
    private readonly List<IDeferred> deferred = [];
    private DeviceBuffer<float>? scratch;
    private TickPart? open;
    private uint draws;
    private int partCount, nodeCount, ticks, tick = -1;

    /// <summary>The device that everything runs on.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>Whether operations are recorded for a backward pass. Dropout and batch statistics follow it too.</summary>
    public bool Recording { get; private set; }

    /// <summary>Number that makes the random draws of this step its own.</summary>
    public ulong Step { get; private set; }

    /// <summary>Seed of all random draws.</summary>
    public ulong Seed { get; set; }

    internal bool InRecurrence => tick >= 0;

    /// <summary>Starts a step; all tensors of the one before are given up.</summary>
    /// <param name="recording">True to train, false to evaluate.</param>
    /// <param name="step">Number of the step, for random draws.</param>
    public void Begin(bool recording, ulong step = 0)
    {
        Recording = recording;
        Step = step;
        draws = 0;
        sites.Restart();
        partCount = 0;
        nodeCount = 0;
        tick = -1;
        open = null;
        deferred.Clear();
    }

    /// <summary>Number of the next random draw: a step draws at most 2^32 times, each with a stream of its own.</summary>
    internal ulong NextStream() => (Step << 32) | draws++;

    /// <summary>A tensor with undefined contents.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="needsGradient">Whether a gradient should flow into it.</param>
    public Tensor New(int rows, int columns, bool needsGradient = true) => open is null
        ? sites.Tensor(rows, columns, tick, ticks, needsGradient && Recording)
        : open.Sites.Tensor(rows, columns, tick - open.First, open.Count, needsGradient && Recording);

    /// <summary>Integers with undefined contents, kept until the next step like a tensor.</summary>
    /// <param name="length">How many.</param>
    public DeviceView<int> NewIndices(int length) =>
        open is null ? sites.Indices(length, tick, ticks) : open.Sites.Indices(length, tick - open.First, open.Count);

    /// <summary>Enters a part of the step that repeats.</summary>
    public void BeginRecurrence(int ticks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, 1);
        if (tick >= 0)
        {
            throw new InvalidOperationException("A recurrence is open already: end it before the next.");
        }

        this.ticks = ticks;
        sites.BeginTicks();
        if (Recording)
        {
            Record<FlushNode>();
        }
    }

    /// <summary>Starts a tick, counted from 0.</summary>
    public void BeginTick(int tick)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tick, this.tick + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(tick, ticks);
        this.tick = tick;
        sites.BeginTick();
    }

    /// <summary>Leaves the recurrence.</summary>
    public void EndRecurrence() => tick = -1;

    /// <summary>All ticks of a tensor that was made in a recurrence, or in a part of it, as one matrix [ticks * rows, columns].</summary>
    public Tensor AllTicks(Tensor oneTick)
    {
        return oneTick.Slot.HasAtEnd(oneTick)
            ? oneTick.Slot.All
            : throw new ArgumentException("The tensor was not made at the first or last tick of a recurrence, or of a part of it.");
    }

    /// <summary>Walks back from tensors whose gradients have been set and marked.</summary>
    public void Backward()
    {
        for (int i = nodeCount - 1; i >= 0; i--)
        {
            nodes[i].Backward(this);
        }
    }

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
        foreach (TickPart part in parts)
        {
            part.Dispose();
        }

        parts.Clear();
        nodes.Clear();
        scratch?.Dispose();
        scratch = null;
    }

    /// <summary>Announces what only some ticks of the open recurrence do. Call it before the first tick.</summary>
    /// <param name="first">The first tick that does it.</param>
    /// <param name="count">How many do, one after another.</param>
    internal TickPart NewPart(int first, int count)
    {
        if (partCount == parts.Count)
        {
            parts.Add(new TickPart(Device));
        }

        TickPart part = parts[partCount++];
        part.Restart(first, count);
        return part;
    }

    /// <summary>Enters a part of the tick; what is made until <see cref="LeavePart"/> belongs to it.</summary>
    internal void EnterPart(TickPart part)
    {
        if (tick < 0 || open is not null)
        {
            throw new InvalidOperationException("A part begins within a tick and outside other parts.");
        }

        part.BeginTick(tick);
        open = part;
    }

    /// <summary>Leaves the part.</summary>
    internal void LeavePart() => open = null;

    internal TNode Record<TNode>()
        where TNode : Node, new()
    {
        TNode node;
        if (nodeCount < nodes.Count)
        {
            node = nodes[nodeCount] as TNode ?? new TNode();
            nodes[nodeCount] = node;
        }
        else
        {
            node = new TNode();
            nodes.Add(node);
        }

        nodeCount++;
        return node;
    }

    /// <summary>Has <see cref="IDeferred.Flush"/> called when the backward pass leaves the recurrence.</summary>
    internal void Defer(IDeferred work)
    {
        if (!deferred.Contains(work))
        {
            deferred.Add(work);
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

    private sealed class FlushNode : Node
    {
        public override void Backward(Tape tape)
        {
            foreach (IDeferred work in tape.deferred)
            {
                work.Flush(tape);
            }

            tape.deferred.Clear();
        }
    }
}
