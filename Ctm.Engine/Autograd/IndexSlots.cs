using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// The integers of one step, by the order in which they are asked for; as with <see cref="TensorSlot"/>, a call site keeps one buffer for
/// all ticks, from step to step.
/// </summary>
internal sealed class IndexSlots(ComputeDevice device) : IDisposable
{
    private readonly List<DeviceBuffer<int>> buffers = [];

    /// <summary>Number of the call site that asks next.</summary>
    public int Next { get; set; }

    /// <summary>The integers of the next call site at one of its ticks.</summary>
    public DeviceView<int> Take(int length, int tick, int ticks)
    {
        int place = Next++, all = checked(length * ticks);
        if (place == buffers.Count)
        {
            buffers.Add(device.Allocate<int>(all));
        }
        else if (buffers[place].Length != all)
        {
            if (tick > 0)
            {
                throw new InvalidOperationException("A tick made other indices than the first tick did.");
            }

            buffers[place].Dispose();
            buffers[place] = device.Allocate<int>(all);
        }

        return buffers[place].Slice(tick * length, length);
    }

    public void Dispose()
    {
        foreach (DeviceBuffer<int> buffer in buffers)
        {
            buffer.Dispose();
        }

        buffers.Clear();
    }
}
