using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// The memory of call sites, by the order in which they ask for it: a step of the same shape as the one before gets the same again.
/// </summary>
internal sealed class CallSites(ComputeDevice device) : IDisposable
{
    private readonly List<TensorSlot> slots = [];
    private readonly IndexSlots indices = new(device);
    private int next, start, startOfIndices;

    /// <summary>Goes back to the first call site of the step.</summary>
    public void Restart()
    {
        next = indices.Next = 0;
        BeginTicks();
    }

    /// <summary>Says that the next call site is the first one of each tick.</summary>
    public void BeginTicks() => (start, startOfIndices) = (next, indices.Next);

    /// <summary>Goes back to the first call site of a tick.</summary>
    public void BeginTick() => (next, indices.Next) = (start, startOfIndices);

    /// <summary>Where the ticks begin, to go back to in a later <see cref="ReturnTo"/>.</summary>
    public (int Tensors, int Indices) Mark() => (start, startOfIndices);

    /// <summary>Makes an earlier recurrence's ticks the ones that <see cref="BeginTick"/> begins.</summary>
    public void ReturnTo((int Tensors, int Indices) mark) => (start, startOfIndices) = mark;

    /// <summary>What the call sites of recurrences keep.</summary>
    public ActivationMemory CountActivations()
    {
        ActivationMemory sum = default;
        foreach (TensorSlot slot in slots)
        {
            sum += slot.Activations;
        }

        return sum;
    }

    /// <summary>The tensor of the next call site.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="tick">The tick, from 0; negative outside recurrences.</param>
    /// <param name="frame">How the recurrence keeps its ticks; outside recurrences it does not count.</param>
    /// <param name="needsGradient">Whether a gradient should flow into it.</param>
    /// <param name="again">Whether the tick is computed once more: gradients of all ticks that are there already stay.</param>
    public Tensor Tensor(int rows, int columns, int tick, TickFrame frame, bool needsGradient, bool again = false)
    {
        int place = next++;
        TensorSlot? slot = place < slots.Count ? slots[place] : null;
        if (tick > 0 || again)
        {
            Tensor tensor = slot is not null && slot.Repeats(rows, columns, frame.Ticks)
                ? slot.At(tick)
                : throw new InvalidOperationException("A tick made other tensors than the first tick did.");
            if (again && !slot.KeepsAllTicks)
            {
                tensor.Restart(needsGradient);
            }

            return tensor;
        }

        bool isSlab = tick == 0;
        frame = isSlab ? frame : TickFrame.None;
        if (slot is null || !slot.Fits(rows, columns, frame, isSlab))
        {
            slot?.Dispose();
            slot = new TensorSlot(device, rows, columns, frame);
            if (place < slots.Count)
            {
                slots[place] = slot;
            }
            else
            {
                slots.Add(slot);
            }
        }

        slot.Restart(needsGradient, frame, isSlab);
        return slot.At(0);
    }

    /// <summary>The integers of the next call site.</summary>
    /// <param name="length">How many.</param>
    /// <param name="tick">The tick, from 0; negative outside recurrences.</param>
    /// <param name="ticks">Number of ticks.</param>
    public DeviceView<int> Indices(int length, int tick, int ticks) =>
        tick < 0 ? indices.Take(length, 0, 1) : indices.Take(length, tick, ticks);

    public void Dispose()
    {
        foreach (TensorSlot slot in slots)
        {
            slot.Dispose();
        }

        slots.Clear();
        indices.Dispose();
    }
}
