using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>8 batch rows in registers.</summary>
internal readonly struct Rows8<TLanes> : IRows<Rows8<TLanes>, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // Built by its constructor only: the JIT keeps field assignments to a local of this type in memory.
    private readonly TLanes r0, r1, r2, r3, r4, r5, r6, r7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rows8(TLanes r0, TLanes r1, TLanes r2, TLanes r3, TLanes r4, TLanes r5, TLanes r6, TLanes r7)
    {
        this.r0 = r0;
        this.r1 = r1;
        this.r2 = r2;
        this.r3 = r3;
        this.r4 = r4;
        this.r5 = r5;
        this.r6 = r6;
        this.r7 = r7;
    }

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> Broadcast(TLanes value) =>
        new(value, value, value, value, value, value, value, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> Load<TMemory>(TMemory from, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes> =>
        new(
            from[0 * step], from[1 * step], from[2 * step], from[3 * step],
            from[4 * step], from[5 * step], from[6 * step], from[7 * step]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TMemory>(TMemory to, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>
    {
        to[0 * step] = r0;
        to[1 * step] = r1;
        to[2 * step] = r2;
        to[3 * step] = r3;
        to[4 * step] = r4;
        to[5 * step] = r5;
        to[6 * step] = r6;
        to[7 * step] = r7;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> LoadMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float> =>
        new(
            place.Load<TFloats, TLanes>(matrix, 0), place.Load<TFloats, TLanes>(matrix, 1),
            place.Load<TFloats, TLanes>(matrix, 2), place.Load<TFloats, TLanes>(matrix, 3),
            place.Load<TFloats, TLanes>(matrix, 4), place.Load<TFloats, TLanes>(matrix, 5),
            place.Load<TFloats, TLanes>(matrix, 6), place.Load<TFloats, TLanes>(matrix, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float>
    {
        place.Store(matrix, 0, r0);
        place.Store(matrix, 1, r1);
        place.Store(matrix, 2, r2);
        place.Store(matrix, 3, r3);
        place.Store(matrix, 4, r4);
        place.Store(matrix, 5, r5);
        place.Store(matrix, 6, r6);
        place.Store(matrix, 7, r7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> operator +(Rows8<TLanes> a, Rows8<TLanes> b) =>
        new(a.r0 + b.r0, a.r1 + b.r1, a.r2 + b.r2, a.r3 + b.r3, a.r4 + b.r4, a.r5 + b.r5, a.r6 + b.r6, a.r7 + b.r7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> operator -(Rows8<TLanes> a, Rows8<TLanes> b) =>
        new(a.r0 - b.r0, a.r1 - b.r1, a.r2 - b.r2, a.r3 - b.r3, a.r4 - b.r4, a.r5 - b.r5, a.r6 - b.r6, a.r7 - b.r7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> operator *(Rows8<TLanes> a, Rows8<TLanes> b) =>
        new(a.r0 * b.r0, a.r1 * b.r1, a.r2 * b.r2, a.r3 * b.r3, a.r4 * b.r4, a.r5 * b.r5, a.r6 * b.r6, a.r7 * b.r7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> operator *(Rows8<TLanes> a, TLanes b) =>
        new(a.r0 * b, a.r1 * b, a.r2 * b, a.r3 * b, a.r4 * b, a.r5 * b, a.r6 * b, a.r7 * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> MultiplyAdd(Rows8<TLanes> a, TLanes b, Rows8<TLanes> c) =>
        new(
            TLanes.MultiplyAdd(a.r0, b, c.r0), TLanes.MultiplyAdd(a.r1, b, c.r1),
            TLanes.MultiplyAdd(a.r2, b, c.r2), TLanes.MultiplyAdd(a.r3, b, c.r3),
            TLanes.MultiplyAdd(a.r4, b, c.r4), TLanes.MultiplyAdd(a.r5, b, c.r5),
            TLanes.MultiplyAdd(a.r6, b, c.r6), TLanes.MultiplyAdd(a.r7, b, c.r7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd<TMemory>(
        TMemory from, int step, TLanes left, TLanes middle, TLanes right, ref Rows8<TLanes> a, ref Rows8<TLanes> b, ref Rows8<TLanes> c)
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
        x = from[4 * step];
        TLanes a4 = TLanes.MultiplyAdd(x, left, a.r4), b4 = TLanes.MultiplyAdd(x, middle, b.r4), c4 = TLanes.MultiplyAdd(x, right, c.r4);
        x = from[5 * step];
        TLanes a5 = TLanes.MultiplyAdd(x, left, a.r5), b5 = TLanes.MultiplyAdd(x, middle, b.r5), c5 = TLanes.MultiplyAdd(x, right, c.r5);
        x = from[6 * step];
        TLanes a6 = TLanes.MultiplyAdd(x, left, a.r6), b6 = TLanes.MultiplyAdd(x, middle, b.r6), c6 = TLanes.MultiplyAdd(x, right, c.r6);
        x = from[7 * step];
        TLanes a7 = TLanes.MultiplyAdd(x, left, a.r7), b7 = TLanes.MultiplyAdd(x, middle, b.r7), c7 = TLanes.MultiplyAdd(x, right, c.r7);
        a = new(a0, a1, a2, a3, a4, a5, a6, a7);
        b = new(b0, b1, b2, b3, b4, b5, b6, b7);
        c = new(c0, c1, c2, c3, c4, c5, c6, c7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows8<TLanes> Sigmoid(Rows8<TLanes> x) =>
        new(
            TLanes.Sigmoid(x.r0), TLanes.Sigmoid(x.r1), TLanes.Sigmoid(x.r2), TLanes.Sigmoid(x.r3),
            TLanes.Sigmoid(x.r4), TLanes.Sigmoid(x.r5), TLanes.Sigmoid(x.r6), TLanes.Sigmoid(x.r7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Dot(Rows8<TLanes> a, Rows8<TLanes> b, TLanes sum)
    {
        sum = TLanes.MultiplyAdd(a.r0, b.r0, sum);
        sum = TLanes.MultiplyAdd(a.r1, b.r1, sum);
        sum = TLanes.MultiplyAdd(a.r2, b.r2, sum);
        sum = TLanes.MultiplyAdd(a.r3, b.r3, sum);
        sum = TLanes.MultiplyAdd(a.r4, b.r4, sum);
        sum = TLanes.MultiplyAdd(a.r5, b.r5, sum);
        sum = TLanes.MultiplyAdd(a.r6, b.r6, sum);
        sum = TLanes.MultiplyAdd(a.r7, b.r7, sum);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sum(Rows8<TLanes> x) => x.r0 + x.r1 + x.r2 + x.r3 + x.r4 + x.r5 + x.r6 + x.r7;
}
