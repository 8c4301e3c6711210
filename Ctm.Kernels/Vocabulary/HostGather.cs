using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Loads of floats by index for the host's lanes, whose memories are always <see cref="PointerMemory{T}"/>.</summary>
internal readonly unsafe ref struct HostGather<TFloats, TInts>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    private readonly float* from;
    private readonly int* indices;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public HostGather(TFloats memory, TInts indices, int index)
    {
        from = Unsafe.As<TFloats, PointerMemory<float>>(ref memory).Pointer;
        this.indices = Unsafe.As<TInts, PointerMemory<int>>(ref indices).Pointer + index;
    }

    /// <summary>Eight floats, by the indices from <paramref name="start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Eight(int start)
    {
        int* at = indices + start;
        return Vector256.Create(
            from[at[0]], from[at[1]], from[at[2]], from[at[3]], from[at[4]], from[at[5]], from[at[6]], from[at[7]]);
    }

    /// <summary>Fewer than sixteen floats; the rest is 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Vector512<float> Part(int count)
    {
        Vector512<float> lanes = default;
        var parts = (float*)&lanes;
        for (int i = 0; i < count; i++)
        {
            parts[i] = from[indices[i]];
        }

        return lanes;
    }
}
