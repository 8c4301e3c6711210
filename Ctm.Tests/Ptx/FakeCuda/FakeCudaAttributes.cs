using Ctm.Tests.Ptx.Execution;

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>What the device says of itself, as an H100 does, and what it holds launches to.</summary>
internal static unsafe class FakeCudaAttributes
{
    private const int MostThreads = 1024, MostThreadsInZ = 64, MostGroupsInX = int.MaxValue, MostGroups = 65535;

    /// <summary>An attribute by its number in the driver's interface (CUdevice_attribute).</summary>
    public static int Of(int attribute) => attribute switch
    {
        1 or 2 or 3 => MostThreads,
        4 => MostThreadsInZ,
        5 => MostGroupsInX,
        6 or 7 => MostGroups,
        8 => 48 * 1024, // shared memory of a group
        9 => 64 * 1024, // constant memory
        10 => 32, // warp
        12 => 65536, // registers of a group
        16 => 132, // multiprocessors
        39 => 2048, // threads of a multiprocessor
        75 => 9, // compute capability
        76 => 0,
        81 => 228 * 1024, // shared memory of a multiprocessor
        82 => 65536, // registers of a multiprocessor
        _ => 1,
    };

    public static bool Allows(PtxSize grid, PtxSize size) =>
        grid is { X: > 0, Y: > 0 and <= MostGroups, Z: > 0 and <= MostGroups }
        && size is { X: > 0, Y: > 0, Z: > 0 and <= MostThreadsInZ }
        && (long)size.X * size.Y * size.Z <= MostThreads;

    /// <summary>The arguments as CU_LAUNCH_PARAM_BUFFER_POINTER and _SIZE give them; null without.</summary>
    public static byte* PackedArguments(nint* extra, out nint bytes)
    {
        byte* packed = null;
        bytes = 0;
        for (int i = 0; extra is not null && extra[i] != 0; i += 2)
        {
            if (extra[i] == 1)
            {
                packed = (byte*)extra[i + 1];
            }
            else if (extra[i] == 2)
            {
                bytes = *(nint*)extra[i + 1];
            }
        }

        return packed;
    }
}
