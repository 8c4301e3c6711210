using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>4 batch rows in registers.</summary>
internal readonly struct Rows4<TLanes> : IRows<Rows4<TLanes>, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // Built by its constructor only: the JIT keeps field assignments to a local of this type in memory.
    private readonly TLanes r0, r1, r2, r3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rows4(TLanes r0, TLanes r1, TLanes r2, TLanes r3)
    {
        this.r0 = r0;
        this.r1 = r1;
        this.r2 = r2;
        this.r3 = r3;
    }

    public static int Count => 4;

    public TLanes R0 => r0;

    public TLanes R1 => r1;

    public TLanes R2 => r2;

    public TLanes R3 => r3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> Broadcast(TLanes value) => new(value, value, value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> Load<TMemory>(TMemory from, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes> =>
        new(from[0 * step], from[1 * step], from[2 * step], from[3 * step]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TMemory>(TMemory to, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
    {
        to[0 * step] = r0;
        to[1 * step] = r1;
        to[2 * step] = r2;
        to[3 * step] = r3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> LoadMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float> =>
        new(
            place.Load<TFloats, TLanes>(matrix, 0), place.Load<TFloats, TLanes>(matrix, 1),
            place.Load<TFloats, TLanes>(matrix, 2), place.Load<TFloats, TLanes>(matrix, 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float>
    {
        place.Store(matrix, 0, r0);
        place.Store(matrix, 1, r1);
        place.Store(matrix, 2, r2);
        place.Store(matrix, 3, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> operator +(Rows4<TLanes> a, Rows4<TLanes> b) =>
        new(a.r0 + b.r0, a.r1 + b.r1, a.r2 + b.r2, a.r3 + b.r3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> operator -(Rows4<TLanes> a, Rows4<TLanes> b) =>
        new(a.r0 - b.r0, a.r1 - b.r1, a.r2 - b.r2, a.r3 - b.r3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> operator *(Rows4<TLanes> a, Rows4<TLanes> b) =>
        new(a.r0 * b.r0, a.r1 * b.r1, a.r2 * b.r2, a.r3 * b.r3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> operator *(Rows4<TLanes> a, TLanes b) =>
        new(a.r0 * b, a.r1 * b, a.r2 * b, a.r3 * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> MultiplyAdd(Rows4<TLanes> a, TLanes b, Rows4<TLanes> c) =>
        new(
            TLanes.MultiplyAdd(a.r0, b, c.r0), TLanes.MultiplyAdd(a.r1, b, c.r1),
            TLanes.MultiplyAdd(a.r2, b, c.r2), TLanes.MultiplyAdd(a.r3, b, c.r3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd<TMemory>(
        TMemory from, int step, TLanes left, TLanes middle, TLanes right, ref Rows4<TLanes> a, ref Rows4<TLanes> b, ref Rows4<TLanes> c)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
    {
        TLanes x = from[0 * step];
        TLanes a0 = TLanes.MultiplyAdd(x, left, a.r0), b0 = TLanes.MultiplyAdd(x, middle, b.r0), c0 = TLanes.MultiplyAdd(x, right, c.r0);
        x = from[1 * step];
        TLanes a1 = TLanes.MultiplyAdd(x, left, a.r1), b1 = TLanes.MultiplyAdd(x, middle, b.r1), c1 = TLanes.MultiplyAdd(x, right, c.r1);
        x = from[2 * step];
        TLanes a2 = TLanes.MultiplyAdd(x, left, a.r2), b2 = TLanes.MultiplyAdd(x, middle, b.r2), c2 = TLanes.MultiplyAdd(x, right, c.r2);
        x = from[3 * step];
        TLanes a3 = TLanes.MultiplyAdd(x, left, a.r3), b3 = TLanes.MultiplyAdd(x, middle, b.r3), c3 = TLanes.MultiplyAdd(x, right, c.r3);
        a = new(a0, a1, a2, a3);
        b = new(b0, b1, b2, b3);
        c = new(c0, c1, c2, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<TLanes> Sigmoid(Rows4<TLanes> x) =>
        new(TLanes.Sigmoid(x.r0), TLanes.Sigmoid(x.r1), TLanes.Sigmoid(x.r2), TLanes.Sigmoid(x.r3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Dot(Rows4<TLanes> a, Rows4<TLanes> b, TLanes sum)
    {
        sum = TLanes.MultiplyAdd(a.r0, b.r0, sum);
        sum = TLanes.MultiplyAdd(a.r1, b.r1, sum);
        sum = TLanes.MultiplyAdd(a.r2, b.r2, sum);
        sum = TLanes.MultiplyAdd(a.r3, b.r3, sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sum(Rows4<TLanes> x) => x.r0 + x.r1 + x.r2 + x.r3;
}
