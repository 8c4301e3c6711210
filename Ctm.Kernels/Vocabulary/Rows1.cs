using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>1 batch row in registers.</summary>
internal readonly struct Rows1<TLanes> : IRows<Rows1<TLanes>, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // Built by its constructor only: the JIT keeps field assignments to a local of this type in memory.
    private readonly TLanes r0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rows1(TLanes r0)
    {
        this.r0 = r0;
    }

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> Broadcast(TLanes value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> Load<TMemory>(TMemory from, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes> => new(from[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TMemory>(TMemory to, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
    {
        to[0] = r0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> LoadMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float> =>
        new(place.Load<TFloats, TLanes>(matrix, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float>
    {
        place.Store(matrix, 0, r0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> operator +(Rows1<TLanes> a, Rows1<TLanes> b) => new(a.r0 + b.r0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> operator -(Rows1<TLanes> a, Rows1<TLanes> b) => new(a.r0 - b.r0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> operator *(Rows1<TLanes> a, Rows1<TLanes> b) => new(a.r0 * b.r0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> operator *(Rows1<TLanes> a, TLanes b) => new(a.r0 * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> MultiplyAdd(Rows1<TLanes> a, TLanes b, Rows1<TLanes> c) =>
        new(TLanes.MultiplyAdd(a.r0, b, c.r0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd<TMemory>(
        TMemory from, int step, TLanes left, TLanes middle, TLanes right, ref Rows1<TLanes> a, ref Rows1<TLanes> b, ref Rows1<TLanes> c)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
    {
        TLanes x = from[0 * step];
        TLanes a0 = TLanes.MultiplyAdd(x, left, a.r0), b0 = TLanes.MultiplyAdd(x, middle, b.r0), c0 = TLanes.MultiplyAdd(x, right, c.r0);
        a = new(a0);
        b = new(b0);
        c = new(c0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<TLanes> Sigmoid(Rows1<TLanes> x) => new(TLanes.Sigmoid(x.r0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Dot(Rows1<TLanes> a, Rows1<TLanes> b, TLanes sum)
    {
        sum = TLanes.MultiplyAdd(a.r0, b.r0, sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sum(Rows1<TLanes> x) => x.r0;
}
