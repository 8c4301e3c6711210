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
    private readonly List<TensorSlot> slots = [];
    private readonly List<Node> nodes = [];
    private readonly List<IDeferred> deferred = [];
    private readonly IndexSlots indices = new(device);
    private DeviceBuffer<float>? scratch;
    private int nextSlot, nodeCount, recurrenceStart, recurrenceStartOfIndices, ticks, tick = -1;

    /// <summary>The device that everything runs on.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>Whether operations are recorded for a backward pass. Dropout and batch statistics follow it too.</summary>
    public bool Recording { get; private set; }

    /// <summary>Number that makes the random draws of this step its own.</summary>
    public ulong Step { get; private set; }

    /// <summary>Seed of all random draws.</summary>
    public ulong Seed { get; set; }

    /// <summary>Numbers the random draws within a step.</summary>
    internal uint NextDraw { get; set; }

    internal bool InRecurrence => tick >= 0;

    /// <summary>Starts a step; all tensors of the one before are given up.</summary>
    /// <param name="recording">True to train, false to evaluate.</param>
    /// <param name="step">Number of the step, for random draws.</param>
    public void Begin(bool recording, ulong step = 0)
    {
        Recording = recording;
        Step = step;
        NextDraw = 0;
        nextSlot = 0;
        indices.Next = 0;
        nodeCount = 0;
        tick = -1;
        deferred.Clear();
    }

    /// <summary>A tensor with undefined contents.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="needsGradient">Whether a gradient should flow into it.</param>
    public Tensor New(int rows, int columns, bool needsGradient = true) => tick >= 0
        ? SlotOf(rows, columns, ticks, needsGradient).At(tick)
        : SlotOf(rows, columns, 1, needsGradient).At(0);

    /// <summary>Integers with undefined contents, kept until the next step like a tensor.</summary>
    /// <param name="length">How many.</param>
    public DeviceView<int> NewIndices(int length) => tick >= 0 ? indices.Take(length, tick, ticks) : indices.Take(length, 0, 1);

    /// <summary>Enters a part of the step that repeats.</summary>
    public void BeginRecurrence(int ticks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, 1);
        if (tick >= 0)
        {
            throw new InvalidOperationException("A recurrence is open already: end it before the next.");
        }

        this.ticks = ticks;
        recurrenceStart = nextSlot;
        recurrenceStartOfIndices = indices.Next;
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
        nextSlot = recurrenceStart;
        indices.Next = recurrenceStartOfIndices;
    }

    /// <summary>Leaves the recurrence.</summary>
    public void EndRecurrence() => tick = -1;

    /// <summary>All ticks of a tensor that was made in the recurrence, as one matrix [ticks * rows, columns].</summary>
    public Tensor AllTicks(Tensor oneTick)
    {
        foreach (TensorSlot slot in slots)
        {
            if (slot.Ticks == ticks && (slot.At(0) == oneTick || slot.At(ticks - 1) == oneTick))
            {
                return slot.All;
            }
        }

        throw new ArgumentException("The tensor was not made at the first or last tick of this step's recurrence.");
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
        foreach (TensorSlot slot in slots)
        {
            slot.Dispose();
        }

        slots.Clear();
        indices.Dispose();
        nodes.Clear();
        scratch?.Dispose();
        scratch = null;
    }

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

    private TensorSlot SlotOf(int rows, int columns, int ticks, bool needsGradient)
    {
        int place = nextSlot++;
        TensorSlot? slot = place < slots.Count ? slots[place] : null;
        bool fits = slot is not null && slot.Rows == rows && slot.Columns == columns && slot.Ticks == ticks;
        if (tick > 0)
        {
            return fits ? slot! : throw new InvalidOperationException("A tick made other tensors than the first tick did.");
        }

        if (!fits)
        {
            slot?.Dispose();
            slot = new TensorSlot(Device, rows, columns, ticks);
            if (place < slots.Count)
            {
                slots[place] = slot;
            }
            else
            {
                slots.Add(slot);
            }
        }

        slot!.Restart(needsGradient && Recording);
        return slot;
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
