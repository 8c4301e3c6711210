using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// The register tile: one lane vector for each of a few batch rows, so that a weight is loaded once for all rows.
/// A body says what happens to a tile; how many rows fit in registers is chosen where it is compiled.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TLanes">The lanes of a row.</typeparam>
internal interface IRows<TSelf, TLanes>
    where TSelf : unmanaged, IRows<TSelf, TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    static abstract int Count { get; }

    static abstract TSelf Broadcast(TLanes value);

    /// <summary>Row r from vector r * step.</summary>
    static abstract TSelf Load<TMemory>(TMemory from, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>;

    /// <summary>Row r to vector r * step.</summary>
    void Store<TMemory>(TMemory to, int step)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>;

    /// <summary>Row r from row place.Row + r of a row-major matrix; what lies outside it is 0.</summary>
    static abstract TSelf LoadMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float>;

    /// <summary>Row r to row place.Row + r of a row-major matrix; what lies outside it is dropped.</summary>
    void StoreMatrix<TFloats>(TFloats matrix, MatrixPlace place)
        where TFloats : struct, IMemory<TFloats, float>;

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TLanes right);

    static abstract TSelf MultiplyAdd(TSelf left, TLanes right, TSelf addend);

    /// <summary>
    /// Adds the products of the tile at a place (row r at vector r * step) with three lane vectors to three tiles. It goes row by row, so
    /// that three tiles of four rows, three vectors and one row fill 16 registers.
    /// </summary>
    static abstract void MultiplyAdd<TMemory>(
        TMemory from, int step, TLanes left, TLanes middle, TLanes right, ref TSelf a, ref TSelf b, ref TSelf c)
        where TMemory : struct, ILaneMemory<TMemory, TLanes>;

    static abstract TSelf Sigmoid(TSelf x);

    /// <summary>sum plus the products of all rows, in row order.</summary>
    static abstract TLanes Dot(TSelf left, TSelf right, TLanes sum);

    /// <summary>The sum of all rows, in row order.</summary>
    static abstract TLanes Sum(TSelf x);
}

/// <summary>A place in a row-major matrix of [Rows, Width]; lanes run along the row from Column.</summary>
internal struct MatrixPlace
{
    public int Row, Column, Rows, Width;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TLanes Load<TFloats, TLanes>(TFloats matrix, int row)
        where TFloats : struct, IMemory<TFloats, float>
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int start = (Row + row) * Width;
        return Row + row < Rows ? matrix.Load<TLanes>(start + Column, start + Width) : TLanes.Broadcast(0f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TFloats, TLanes>(TFloats matrix, int row, TLanes value)
        where TFloats : struct, IMemory<TFloats, float>
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int start = (Row + row) * Width;
        if (Row + row < Rows)
        {
            matrix.Store(start + Column, start + Width, value);
        }
    }
}
