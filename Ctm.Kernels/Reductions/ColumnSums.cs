using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Reductions;

/// <summary>
/// Sums of a term over the rows of one chunk, for one block of columns. Four lane vectors run down the rows together; where fewer
/// are left, one does, with even and odd rows apart.
/// </summary>
internal struct ColumnSums<TFloats, TTerm> : IRowKernel<ColumnSums<TFloats, TTerm>>
    where TFloats : struct, IMemory<TFloats, float>
    where TTerm : struct, IColumnTerm<TTerm>
{
    /// <summary>Shape [chunks, width].</summary>
    public TFloats First, Second;

    public TTerm Term;

    public int Rows, Width, RowsPerChunk, Blocks, Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(ColumnSums<TFloats, TTerm> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int chunk = row / body.Blocks, from = chunk * body.RowsPerChunk, to = from + body.RowsPerChunk;
        to = to < body.Rows ? to : body.Rows;
        int column = (row - (chunk * body.Blocks)) * ColumnChunks.BlockColumns, end = column + ColumnChunks.BlockColumns;
        end = end < body.Width ? end : body.Width;
        int step = team.Count * TLanes.Width, width = TLanes.Width, target = chunk * body.Width;
        int i = column + (team.Index * width);
        for (; i + (3 * step) + width <= end; i += 4 * step)
        {
            TLanes a0 = TLanes.Broadcast(0f), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            for (int r = from; r < to; r++)
            {
                var p = TTerm.At<TLanes>(body.Term, r, i, TLanes.Width);
                a0 += p.First;
                b0 = TTerm.HasSecond ? b0 + p.Second : b0;
                p = TTerm.At<TLanes>(body.Term, r, i + step, TLanes.Width);
                a1 += p.First;
                b1 = TTerm.HasSecond ? b1 + p.Second : b1;
                p = TTerm.At<TLanes>(body.Term, r, i + (2 * step), TLanes.Width);
                a2 += p.First;
                b2 = TTerm.HasSecond ? b2 + p.Second : b2;
                p = TTerm.At<TLanes>(body.Term, r, i + (3 * step), TLanes.Width);
                a3 += p.First;
                b3 = TTerm.HasSecond ? b3 + p.Second : b3;
            }

            Put(body, target + i, TLanes.Width, a0, b0);
            Put(body, target + i + step, TLanes.Width, a1, b1);
            Put(body, target + i + (2 * step), TLanes.Width, a2, b2);
            Put(body, target + i + (3 * step), TLanes.Width, a3, b3);
        }

        for (; i + width <= end; i += step)
        {
            TLanes a0 = TLanes.Broadcast(0f), a1 = a0, b0 = a0, b1 = a0;
            int r = from;
            for (; r + 1 < to; r += 2)
            {
                var p = TTerm.At<TLanes>(body.Term, r, i, TLanes.Width);
                a0 += p.First;
                b0 = TTerm.HasSecond ? b0 + p.Second : b0;
                p = TTerm.At<TLanes>(body.Term, r + 1, i, TLanes.Width);
                a1 += p.First;
                b1 = TTerm.HasSecond ? b1 + p.Second : b1;
            }

            if (r < to)
            {
                var p = TTerm.At<TLanes>(body.Term, r, i, TLanes.Width);
                a0 += p.First;
                b0 = TTerm.HasSecond ? b0 + p.Second : b0;
            }

            Put(body, target + i, TLanes.Width, a0 + a1, b0 + b1);
        }

        if (i < end)
        {
            TLanes a = TLanes.Broadcast(0f), b = a;
            for (int r = from; r < to; r++)
            {
                var p = TTerm.At<TLanes>(body.Term, r, i, end - i);
                a += p.First;
                b = TTerm.HasSecond ? b + p.Second : b;
            }

            Put(body, target + i, end - i, a, b);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes>(in ColumnSums<TFloats, TTerm> body, int index, int count, TLanes first, TLanes second)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TFloats place = body.First.Skip(index);
        place.Store(0, count, body.Accumulate != 0 ? place.Load<TLanes>(0, count) + first : first);
        if (TTerm.HasSecond)
        {
            place = body.Second.Skip(index);
            place.Store(0, count, body.Accumulate != 0 ? place.Load<TLanes>(0, count) + second : second);
        }
    }
}
