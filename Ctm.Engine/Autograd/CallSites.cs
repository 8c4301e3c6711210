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

    /// <summary>The tensor of the next call site.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="tick">The tick, from 0; negative outside recurrences.</param>
    /// <param name="ticks">Number of ticks.</param>
    /// <param name="needsGradient">Whether a gradient should flow into it.</param>
    public Tensor Tensor(int rows, int columns, int tick, int ticks, bool needsGradient)
    {
        int place = next++;
        TensorSlot? slot = place < slots.Count ? slots[place] : null;
        if (tick > 0)
        {
            return slot is not null && slot.Repeats(rows, columns, ticks)
                ? slot.At(tick)
                : throw new InvalidOperationException("A tick made other tensors than the first tick did.");
        }

        bool isSlab = tick == 0;
        int count = isSlab ? ticks : 1;
        if (slot is null || !slot.Fits(rows, columns, count, isSlab))
        {
            slot?.Dispose();
            slot = new TensorSlot(device, rows, columns, count);
            if (place < slots.Count)
            {
                slots[place] = slot;
            }
            else
            {
                slots.Add(slot);
            }
        }

        slot.Restart(needsGradient, count, isSlab);
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
