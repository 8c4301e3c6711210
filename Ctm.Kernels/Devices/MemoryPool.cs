using System.Collections.Concurrent;

namespace Ctm.Kernels.Devices;

/// <summary>
/// Keeps returned blocks by size class and counts. Size classes grow by an eighth of a power of two, so at most an
/// eighth of a block is unused.
/// </summary>
/// <typeparam name="TBlock">What the device calls a block of bytes.</typeparam>
/// <param name="allocate">Allocates a block.</param>
/// <param name="free">Frees it.</param>
/// <param name="exact">
/// Blocks are as long as asked for and never used again, so that a tool that watches memory sees every access beyond an end and every
/// read of what was not written. None is freed before <see cref="Trim"/>: a driver would give its address to another.
/// </param>
internal sealed class MemoryPool<TBlock>(Func<long, TBlock> allocate, Action<TBlock> free, bool exact = false) : DeviceMemory
{
    private readonly Dictionary<long, Stack<TBlock>> blocks = [];
    private readonly Lock gate = new();

    public TBlock Rent(long bytes)
    {
        long size = SizeOf(bytes);
        lock (gate)
        {
            RentedBytes += size;
            PeakBytes = Math.Max(PeakBytes, RentedBytes);
            if (!exact && blocks.TryGetValue(size, out Stack<TBlock>? free) && free.Count > 0)
            {
                return free.Pop();
            }

            Allocations++;
            ReservedBytes += size;
        }

        return allocate(size);
    }

    public void Return(TBlock block, long bytes)
    {
        long size = SizeOf(bytes);
        lock (gate)
        {
            RentedBytes -= size;
            if (!blocks.TryGetValue(size, out Stack<TBlock>? kept))
            {
                blocks[size] = kept = new Stack<TBlock>();
            }

            kept.Push(block);
        }
    }

    public override void Trim()
    {
        lock (gate)
        {
            foreach ((long size, Stack<TBlock> stack) in blocks)
            {
                while (stack.TryPop(out TBlock? block))
                {
                    free(block);
                    ReservedBytes -= size;
                }
            }

            blocks.Clear();
        }
    }

    internal static long SizeClass(long bytes)
    {
        const long smallest = 256;
        if (bytes <= smallest)
        {
            return smallest;
        }

        long step = Math.Max(smallest, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) / 16);
        return (bytes + step - 1) / step * step;
    }

    // Drivers refuse empty blocks.
    private long SizeOf(long bytes) => exact ? Math.Max(bytes, sizeof(float)) : SizeClass(bytes);
}
