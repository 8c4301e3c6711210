using System.Runtime.CompilerServices;

namespace Ctm.Tests.Ptx.Execution;

/// <summary>
/// Memory as the threads of one launch see it. Every access is checked: that it lies within a buffer, at an address that is a multiple of
/// what it moves, that what it reads was written, and that no other thread touches the same word in the same interval between barriers.
/// Groups have no barrier between them, so that across groups a launch is one interval.
/// </summary>
internal sealed unsafe class PtxMemory(PtxProgram program, string kernel, DeviceMemoryMap map, PtxFindings findings) : IDisposable
{
    private readonly MemoryRegion?[] lastRegions = new MemoryRegion?[program.Operations.Length];
    private readonly MemoryRegion shared = new(program.Kernel.SharedBytes, isShared: true);
    private byte* parameters;
    private string group = string.Empty;
    private int launchStart, groupStart, interval;

    /// <summary>The first interval of a launch that is free for the next one.</summary>
    public int NextInterval => interval + 1;

    /// <summary>Begins a launch.</summary>
    /// <param name="arguments">The packed arguments.</param>
    /// <param name="firstInterval">A number above those of all earlier launches.</param>
    public void Begin(byte* arguments, int firstInterval)
    {
        parameters = arguments;
        launchStart = interval = firstInterval;
    }

    /// <summary>Begins a group, with fresh shared memory.</summary>
    public void BeginGroup(string name)
    {
        group = name;
        groupStart = ++interval;
        shared.Spoil();
    }

    /// <summary>All threads of the group have passed a barrier.</summary>
    public void PassBarrier() => interval++;

    public void Load(in PtxOperation o, int pc, ulong* r, int thread)
    {
        ulong address = r[o.A] + (ulong)o.Offset;
        if (o.Space == PtxSpace.Parameter)
        {
            r[o.D0] = Read(parameters + address, o.Size);
            return;
        }

        byte* at = Check(o, pc, address, thread, isStore: false);
        if (at is null)
        {
            r[o.D0] = 0;
            return;
        }

        r[o.D0] = Read(at, o.Size);
        if (o.Count > 1)
        {
            r[o.D1] = Read(at + o.Size, o.Size);
            if (o.Count > 2)
            {
                r[o.D2] = Read(at + (2 * o.Size), o.Size);
                r[o.D3] = Read(at + (3 * o.Size), o.Size);
            }
        }
    }

    public void Store(in PtxOperation o, int pc, ulong* r, int thread)
    {
        byte* at = Check(o, pc, r[o.A] + (ulong)o.Offset, thread, isStore: true);
        if (at is null)
        {
            return;
        }

        Write(at, o.Size, r[o.D0]);
        if (o.Count > 1)
        {
            Write(at + o.Size, o.Size, r[o.D1]);
            if (o.Count > 2)
            {
                Write(at + (2 * o.Size), o.Size, r[o.D2]);
                Write(at + (3 * o.Size), o.Size, r[o.D3]);
            }
        }
    }

    public void Report(PtxFault fault, int pc, int thread, string text)
    {
        string line = pc < program.Kernel.Instructions.Count ? program.Kernel.Instructions[pc].ToString() : "end";
        findings.Add(fault, kernel, pc, $"{text}; thread {thread} of group {group}, {line}");
    }

    public void Dispose() => shared.Dispose();

    private static ulong Read(byte* at, int size) => size switch
    {
        4 => Unsafe.ReadUnaligned<uint>(at),
        8 => Unsafe.ReadUnaligned<ulong>(at),
        2 => Unsafe.ReadUnaligned<ushort>(at),
        _ => *at,
    };

    private static void Write(byte* at, int size, ulong value)
    {
        switch (size)
        {
            case 4: Unsafe.WriteUnaligned(at, (uint)value); break;
            case 8: Unsafe.WriteUnaligned(at, value); break;
            case 2: Unsafe.WriteUnaligned(at, (ushort)value); break;
            default: *at = (byte)value; break;
        }
    }

    // Null where there is no such memory.
    private byte* Check(in PtxOperation o, int pc, ulong address, int thread, bool isStore)
    {
        int bytes = o.Size * o.Count;
        MemoryRegion? region = o.Space == PtxSpace.Shared ? shared : Region(pc, address);
        ulong offset = o.Space == PtxSpace.Shared ? address : address - (ulong)(region is null ? null : region.Start);
        if (region is null || offset + (ulong)bytes > (ulong)region.Length)
        {
            string where = region is null ? "outside of every buffer" : $"at byte {(long)offset} of {region.Length}";
            Report(PtxFault.OutOfBounds, pc, thread, $"{(isStore ? "writes" : "reads")} {bytes} bytes {where} of {Name(o)} memory");
            return null;
        }

        if (offset % (ulong)bytes != 0)
        {
            Report(PtxFault.Misaligned, pc, thread, $"{bytes} bytes at byte {offset} of {Name(o)} memory");
        }

        if (isStore)
        {
            region.MarkWritten((long)offset, bytes);
        }
        else if (!region.IsWritten((long)offset, bytes))
        {
            Report(PtxFault.Uninitialised, pc, thread, $"{bytes} bytes at byte {offset} of {Name(o)} memory were never written");
        }

        if (bytes == 2 && region.UnitShift == 2)
        {
            region.WatchHalves();
        }

        for (ulong unit = offset >> region.UnitShift, last = (offset + (ulong)bytes - 1) >> region.UnitShift; unit <= last; unit++)
        {
            ref WordShadow shadow = ref region.Shadow((long)unit);
            if (PtxRaces.Touch(ref shadow, region.IsShared, launchStart, groupStart, interval, thread, isStore) is { } other)
            {
                string what = bytes == 2 ? $"half word {unit}" : $"word {unit << region.UnitShift >> 2}";
                Report(PtxFault.Race, pc, thread, $"{what} of {Name(o)} memory is {(isStore ? "written" : "read")}, {other}");
            }
        }

        return region.Start + offset;
    }

    private static string Name(in PtxOperation o) => o.Space == PtxSpace.Shared ? "shared" : "global";

    // An instruction keeps to one buffer nearly always.
    private MemoryRegion? Region(int pc, ulong address)
    {
        MemoryRegion? last = lastRegions[pc];
        if (last is not null && address - (ulong)last.Start < (ulong)last.Length)
        {
            return last;
        }

        return lastRegions[pc] = map.Find(address);
    }
}
