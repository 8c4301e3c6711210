using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>
/// What only some ticks of a recurrence do, those from <see cref="First"/> on that follow one another. Its call sites keep slabs
/// [<see cref="Count"/>, rows, columns], apart from those of what all ticks do.
/// </summary>
internal sealed class TickPart(ComputeDevice device) : IDisposable
{
    private int lastTick;

    /// <summary>Memory of its call sites.</summary>
    public CallSites Sites { get; } = new(device);

    /// <summary>The first tick that has the part.</summary>
    public int First { get; private set; }

    /// <summary>Number of ticks that have it.</summary>
    public int Count { get; private set; }

    public void Restart(int first, int count)
    {
        First = first;
        Count = count;
        lastTick = first - 1;
        Sites.Restart();
    }

    public void BeginTick(int tick)
    {
        if (tick != lastTick + 1 || tick >= First + Count)
        {
            throw new InvalidOperationException(
                $"The part belongs to ticks {First} to {First + Count - 1}, once each and in order: tick {tick} cannot enter it.");
        }

        lastTick = tick;
        Sites.BeginTick();
    }

    public void Dispose() => Sites.Dispose();
}
