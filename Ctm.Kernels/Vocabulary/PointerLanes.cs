using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Host memory in lane vectors; need not be aligned.</summary>
internal readonly unsafe struct PointerLanes<TLanes>(TLanes* pointer) : ILaneMemory<PointerLanes<TLanes>, TLanes, PointerMemory<float>>
    where TLanes : unmanaged
{
    private readonly TLanes* pointer = pointer;

    public TLanes this[int offset]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => pointer[offset];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => pointer[offset] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PointerLanes<TLanes> Of(PointerMemory<float> start) => new((TLanes*)start.Pointer);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PointerLanes<TLanes> Skip(int count) => new(pointer + count);
}
