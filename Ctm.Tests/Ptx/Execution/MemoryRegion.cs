using System.Runtime.InteropServices;

namespace Ctm.Tests.Ptx.Execution;

/// <summary>Who touched a unit of memory last: the interval between barriers and the thread, of writes and of reads.</summary>
internal struct WordShadow
{
    public int WriteInterval, WriteThread, ReadInterval, ReadThread;
}

/// <summary>
/// A piece of memory with what is known about it: which bytes were written, and which threads touched which words. Addresses outside of
/// it belong to nobody.
/// </summary>
internal sealed unsafe class MemoryRegion : IDisposable
{
    /// <summary>As CUDA aligns what it allocates.</summary>
    private const int Alignment = 256;

    private WordShadow[] shadows;
    private byte* start;

    public MemoryRegion(long length, bool isShared)
    {
        Length = length;
        IsShared = isShared;
        start = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, length), Alignment);
        Written = new bool[length];
        shadows = new WordShadow[(length + 3) / 4];
        Spoil();
    }

    public byte* Start => start;

    public long Length { get; }

    public bool IsShared { get; }

    /// <summary>Whether each byte was written.</summary>
    public bool[] Written { get; }

    /// <summary>Bytes of a unit that is watched for races, as a power of two: words, or halves of them where something touches one.</summary>
    public int UnitShift { get; private set; } = 2;

    /// <summary>What is known of a unit.</summary>
    public ref WordShadow Shadow(long unit) => ref shadows[unit];

    /// <summary>Watches halves of words from now on; what is known of a word is known of both.</summary>
    public void WatchHalves()
    {
        UnitShift = 1;
        var halves = new WordShadow[2 * shadows.Length];
        for (int i = 0; i < halves.Length; i++)
        {
            halves[i] = shadows[i / 2];
        }

        shadows = halves;
    }

    /// <summary>Makes the contents as good as random: what reads them without having written them computes nonsense.</summary>
    public void Spoil()
    {
        new Span<byte>(start, (int)Length).Fill(0xA5);
        Array.Clear(Written);
    }

    /// <summary>Notes that the host wrote.</summary>
    public void MarkWritten(long offset, long count) => Array.Fill(Written, true, (int)offset, (int)count);

    /// <summary>Whether every byte of a stretch was written.</summary>
    public bool IsWritten(long offset, int count) => Written.AsSpan((int)offset, count).IndexOf(false) < 0;

    public void Dispose()
    {
        if (start is not null)
        {
            NativeMemory.AlignedFree(start);
            start = null;
        }
    }
}
