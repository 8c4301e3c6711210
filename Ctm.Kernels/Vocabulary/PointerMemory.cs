using System.Runtime.CompilerServices;
using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Host memory.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly unsafe struct PointerMemory<T>(T* pointer) : IMemory<PointerMemory<T>, T>
    where T : unmanaged
{
    private readonly T* pointer = pointer;

    /// <summary>The address.</summary>
    public T* Pointer => pointer;

    /// <inheritdoc/>
    public T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => pointer[index];
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => pointer[index] = value;
    }

    /// <inheritdoc/>
    public static PointerMemory<T> Of(DeviceView<T> view) => new(view.Length == 0 ? null : HostBuffer<T>.PointerOf(view));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PointerMemory<T> Skip(int count) => new(pointer + count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Load<TLanes>(int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        end - index >= TLanes.Width ? *(TLanes*)(pointer + index) : LoadPart<TLanes>(pointer + index, end - index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TLanes>(int index, int end, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (end - index >= TLanes.Width)
        {
            *(TLanes*)(pointer + index) = value;
        }
        else
        {
            StorePart(pointer + index, end - index, value);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes LoadStrided<TLanes>(int index, int stride, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int count = index + ((TLanes.Width - 1) * stride) < end ? TLanes.Width : (end - index + stride - 1) / stride;
        TLanes lanes = default;
        var parts = (T*)&lanes;
        T* from = pointer + index;
        for (int i = 0; i < count; i++)
        {
            parts[i] = *from;
            from += stride;
        }

        return lanes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TLanes LoadPart<TLanes>(T* from, int count)
        where TLanes : unmanaged
    {
        TLanes lanes = default;
        var parts = (T*)&lanes;
        for (int i = 0; i < count; i++)
        {
            parts[i] = from[i];
        }

        return lanes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart<TLanes>(T* to, int count, TLanes lanes)
        where TLanes : unmanaged
    {
        var parts = (T*)&lanes;
        for (int i = 0; i < count; i++)
        {
            to[i] = parts[i];
        }
    }
}
