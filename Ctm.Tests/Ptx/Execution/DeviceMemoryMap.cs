namespace Ctm.Tests.Ptx.Execution;

/// <summary>The buffers of a device. What was freed is nobody's memory again.</summary>
internal sealed unsafe class DeviceMemoryMap : IDisposable
{
    private readonly SortedList<ulong, MemoryRegion> regions = [];

    /// <summary>Buffers that were not given back.</summary>
    public int Count => regions.Count;

    public ulong Allocate(long length)
    {
        var region = new MemoryRegion(length, isShared: false);
        regions.Add((ulong)region.Start, region);
        return (ulong)region.Start;
    }

    /// <summary>Gives a buffer back; false when there is none at this address.</summary>
    public bool Free(ulong address)
    {
        if (!regions.Remove(address, out MemoryRegion? region))
        {
            return false;
        }

        region.Dispose();
        return true;
    }

    /// <summary>The buffer that holds an address, or null.</summary>
    public MemoryRegion? Find(ulong address)
    {
        int low = 0, high = regions.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            ulong start = regions.GetKeyAtIndex(middle);
            if (address < start)
            {
                high = middle - 1;
            }
            else if (address - start >= (ulong)regions.GetValueAtIndex(middle).Length)
            {
                low = middle + 1;
            }
            else
            {
                return regions.GetValueAtIndex(middle);
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (MemoryRegion region in regions.Values)
        {
            region.Dispose();
        }

        regions.Clear();
    }
}
