using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Elementwise;

internal struct FillBody<TFloats> : IElementKernel<FillBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Target;
    public float Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(FillBody<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> => body.Target.Store(index, end, TLanes.Broadcast(body.Value));
}

internal struct CopyBody<TFloats> : IElementKernel<CopyBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source, Target;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(CopyBody<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> => body.Target.Store(index, end, body.Source.Load<TLanes>(index, end));
}

// One by one: what rounds is arithmetic on the bits of a float, which lanes have not.
internal struct RoundToHalfBody<TFloats> : IItemKernel<RoundToHalfBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source, Target;

    public static void Run(RoundToHalfBody<TFloats> body, int item) => body.Target[item] = HalfBits.Round(body.Source[item]);
}

internal struct AddBody<TFloats> : IElementKernel<AddBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Left, Right, Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(AddBody<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        body.Output.Store(index, end, body.Left.Load<TLanes>(index, end) + body.Right.Load<TLanes>(index, end));
}

internal struct MultiplyBody<TFloats> : IElementKernel<MultiplyBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Left, Right, Output;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(MultiplyBody<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        body.Output.Store(index, end, body.Left.Load<TLanes>(index, end) * body.Right.Load<TLanes>(index, end));
}

// Whole vectors apart from the tail: what reads and writes the same place is 1.6 times slower with the tail's masks beside it.
internal struct AccumulateBody<TFloats> : IElementKernel<AccumulateBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source, Target;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(AccumulateBody<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (end - index >= TLanes.Width)
        {
            Part<TLanes>(body, index, TLanes.Width);
        }
        else
        {
            Part<TLanes>(body, index, end - index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(in AccumulateBody<TFloats> body, int index, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TFloats target = body.Target.Skip(index);
        var source = body.Source.Skip(index).Load<TLanes>(0, count);
        target.Store(0, count, TLanes.MultiplyAdd(source, TLanes.Broadcast(body.Scale), target.Load<TLanes>(0, count)));
    }
}

internal struct ScaleBody<TFloats> : IElementKernel<ScaleBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Target;
    public float Factor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(ScaleBody<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        body.Target.Store(index, end, body.Target.Load<TLanes>(index, end) * TLanes.Broadcast(body.Factor));
}

/// <summary>One row of CopyColumns; with a source of width 0, of BroadcastRows.</summary>
internal struct CopyRow<TFloats> : IRowKernel<CopyRow<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source, Target;
    public int SourceWidth, TargetWidth, Columns, Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(CopyRow<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TFloats source = body.Source.Skip(row * body.SourceWidth), target = body.Target.Skip(row * body.TargetWidth);
        int i = team.Index * TLanes.Width;
        for (; i + TLanes.Width <= body.Columns; i += team.Count * TLanes.Width)
        {
            Part<TLanes>(source.Skip(i), target.Skip(i), TLanes.Width, body.Accumulate);
        }

        if (i < body.Columns)
        {
            Part<TLanes>(source.Skip(i), target.Skip(i), body.Columns - i, body.Accumulate);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<TLanes>(TFloats source, TFloats target, int count, int accumulate)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = source.Load<TLanes>(0, count);
        target.Store(0, count, accumulate != 0 ? value + target.Load<TLanes>(0, count) : value);
    }
}

/// <summary>
/// One tile of a batch of transpositions. Workers take columns of the source: a group reads side by side, and each worker writes
/// without gaps.
/// </summary>
internal struct TransposeTile<TFloats> : IRowKernel<TransposeTile<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Rows of a tile: a cache line of the target.</summary>
    public const int TileRows = 16;

    /// <summary>Columns of a tile: one for each worker of a group.</summary>
    public const int TileColumns = 64;

    public TFloats Source, Target;
    public int Rows, Columns, RowTiles, ColumnTiles;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(TransposeTile<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int line = row / body.ColumnTiles, image = line / body.RowTiles;
        int firstColumn = (row - (line * body.ColumnTiles)) * TileColumns, firstRow = (line - (image * body.RowTiles)) * TileRows;
        int columns = body.Columns - firstColumn, rows = body.Rows - firstRow;
        columns = columns < TileColumns ? columns : TileColumns;
        rows = rows < TileRows ? rows : TileRows;
        TFloats source = body.Source.Skip((image * body.Rows * body.Columns) + (firstRow * body.Columns) + firstColumn);
        TFloats target = body.Target.Skip((image * body.Rows * body.Columns) + (firstColumn * body.Rows) + firstRow);
        for (int c = team.Index; c < columns; c += team.Count)
        {
            TFloats from = source.Skip(c), to = target.Skip(c * body.Rows);
            for (int r = 0; r < rows; r++)
            {
                to[r] = from[0];
                from = from.Skip(body.Columns);
            }
        }
    }
}
