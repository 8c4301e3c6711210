using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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

    // Tails are masked in place: a call on that path would make the JIT keep every live vector of the loop on the stack,
    // on the path without tail too. One body each, since every inlined method counts towards the JIT's limit.

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Load<TLanes>(int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (end - index >= TLanes.Width)
        {
            return *(TLanes*)(pointer + index);
        }

        if (typeof(TLanes) == typeof(Lanes16) && sizeof(T) == sizeof(float))
        {
            var mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(end - index)).AsSingle();
            return Unsafe.BitCast<Vector512<float>, TLanes>(
                Avx512F.MaskLoad((float*)(pointer + index), mask, Vector512<float>.Zero));
        }

        if (typeof(TLanes) == typeof(Lanes8) && Avx.IsSupported && sizeof(T) == sizeof(float))
        {
            var mask = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(end - index)).AsSingle();
            return Unsafe.BitCast<Vector256<float>, TLanes>(Avx.MaskLoad((float*)(pointer + index), mask));
        }

        return LoadPart<TLanes>(pointer + index, end - index);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TLanes>(int index, int end, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (end - index >= TLanes.Width)
        {
            *(TLanes*)(pointer + index) = value;
        }
        else if (typeof(TLanes) == typeof(Lanes16) && sizeof(T) == sizeof(float))
        {
            var mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(end - index)).AsSingle();
            Avx512F.MaskStore((float*)(pointer + index), mask, Unsafe.BitCast<TLanes, Vector512<float>>(value));
        }
        else if (typeof(TLanes) == typeof(Lanes8) && Avx.IsSupported && sizeof(T) == sizeof(float))
        {
            var mask = Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(end - index)).AsSingle();
            Avx.MaskStore((float*)(pointer + index), mask, Unsafe.BitCast<TLanes, Vector256<float>>(value));
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
        float* from = (float*)(pointer + index);
        if (typeof(TLanes) == typeof(Lanes16) && sizeof(T) == sizeof(float))
        {
            var lower = Vector256<int>.Indices * stride;
            var upper = lower + Vector256.Create(8 * stride);
            var limit = Vector256.Create(end - index);
            return Unsafe.BitCast<Vector512<float>, TLanes>(Vector512.Create(
                Avx2.GatherMaskVector256(default, from, lower, Vector256.LessThan(lower, limit).AsSingle(), sizeof(float)),
                Avx2.GatherMaskVector256(default, from, upper, Vector256.LessThan(upper, limit).AsSingle(), sizeof(float))));
        }

        if (typeof(TLanes) == typeof(Lanes8) && Avx2.IsSupported && sizeof(T) == sizeof(float))
        {
            var places = Vector256<int>.Indices * stride;
            var mask = Vector256.LessThan(places, Vector256.Create(end - index)).AsSingle();
            return Unsafe.BitCast<Vector256<float>, TLanes>(Avx2.GatherMaskVector256(default, from, places, mask, sizeof(float)));
        }

        return LoadStridedPart<TLanes>(pointer + index, stride, end - index);
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
    private static TLanes LoadStridedPart<TLanes>(T* from, int stride, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes lanes = default;
        var parts = (T*)&lanes;
        for (int i = 0; i < TLanes.Width && i * stride < end; i++)
        {
            parts[i] = from[i * stride];
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
