using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// Mean and centred sum of squares of a chunk of rows, for one block of columns. The chunk is passed over twice, the second time
/// out of a cache, so memory is read once.
/// </summary>
internal struct BatchNormMoments<TFloats> : IRowKernel<BatchNormMoments<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Shape [rows, width].</summary>
    public TFloats Input;

    /// <summary>Shape [chunks, width].</summary>
    public TFloats Means, Squares;

    public int Rows, Width, RowsPerChunk, Blocks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(BatchNormMoments<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int chunk = row / body.Blocks, from = chunk * body.RowsPerChunk, left = body.Rows - from;
        int count = left < body.RowsPerChunk ? left : body.RowsPerChunk;
        int column = (row - (chunk * body.Blocks)) * ColumnChunks.BlockColumns, end = column + ColumnChunks.BlockColumns;
        end = end < body.Width ? end : body.Width;
        TFloats input = body.Input.Skip(from * body.Width);
        TFloats means = body.Means.Skip(chunk * body.Width), squares = body.Squares.Skip(chunk * body.Width);
        var share = TLanes.Broadcast(1f / count);
        int i = column + (team.Index * TLanes.Width), step = team.Count * TLanes.Width;
        for (; i + TLanes.Width <= end; i += step)
        {
            Column(input.Skip(i), means.Skip(i), squares.Skip(i), body.Width, count, share, TLanes.Width);
        }

        if (i < end)
        {
            Column(input.Skip(i), means.Skip(i), squares.Skip(i), body.Width, count, share, end - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<TLanes>(TFloats input, TFloats mean, TFloats squares, int width, int rows, TLanes share, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes a = TLanes.Broadcast(0f), b = a, c = a, d = a;
        TFloats place = input;
        int r = 0;
        for (; r + 4 <= rows; r += 4)
        {
            a += place.Load<TLanes>(0, count);
            b += place.Skip(width).Load<TLanes>(0, count);
            c += place.Skip(2 * width).Load<TLanes>(0, count);
            d += place.Skip(3 * width).Load<TLanes>(0, count);
            place = place.Skip(4 * width);
        }

        for (; r < rows; r++)
        {
            a += place.Load<TLanes>(0, count);
            place = place.Skip(width);
        }

        var centre = (a + b + (c + d)) * share;
        mean.Store(0, count, centre);
        a = b = c = d = TLanes.Broadcast(0f);
        place = input;
        r = 0;
        for (; r + 4 <= rows; r += 4)
        {
            var x = place.Load<TLanes>(0, count) - centre;
            a = TLanes.MultiplyAdd(x, x, a);
            x = place.Skip(width).Load<TLanes>(0, count) - centre;
            b = TLanes.MultiplyAdd(x, x, b);
            x = place.Skip(2 * width).Load<TLanes>(0, count) - centre;
            c = TLanes.MultiplyAdd(x, x, c);
            x = place.Skip(3 * width).Load<TLanes>(0, count) - centre;
            d = TLanes.MultiplyAdd(x, x, d);
            place = place.Skip(4 * width);
        }

        for (; r < rows; r++)
        {
            var x = place.Load<TLanes>(0, count) - centre;
            a = TLanes.MultiplyAdd(x, x, a);
            place = place.Skip(width);
        }

        squares.Store(0, count, a + b + (c + d));
    }
}

/// <summary>
/// Merges the chunks' moments of one block of columns (Chan, Golub, LeVeque 1979), chunk after chunk, and moves the running statistics.
/// </summary>
internal struct BatchNormMerge<TFloats> : IRowKernel<BatchNormMerge<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Shape [chunks, width].</summary>
    public TFloats Means, Squares;

    /// <summary>Shape [width].</summary>
    public TFloats Mean, Deviation, RunningMean, RunningVariance;

    public int Rows, Width, RowsPerChunk, Chunks;
    public float Momentum, Epsilon;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(BatchNormMerge<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = (row + 1) * ColumnChunks.BlockColumns, last = body.Chunks - 1;
        end = end < body.Width ? end : body.Width;
        var full = TLanes.Broadcast(body.RowsPerChunk);
        var rest = TLanes.Broadcast(body.Rows - (last * body.RowsPerChunk));
        TLanes one = TLanes.Broadcast(1f), share = TLanes.Broadcast(1f / body.Rows);
        TLanes momentum = TLanes.Broadcast(body.Momentum), epsilon = TLanes.Broadcast(body.Epsilon);
        var unbiased = TLanes.Broadcast(1f / (body.Rows - 1));
        for (int i = (row * ColumnChunks.BlockColumns) + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            // Around the first chunk's mean, so that a large mean costs no digits.
            var origin = body.Means.Load<TLanes>(i, end);
            var shift = TLanes.Broadcast(0f);
            for (int c = 0; c < last; c++)
            {
                shift = TLanes.MultiplyAdd(body.Means.Skip(c * body.Width).Load<TLanes>(i, end) - origin, full, shift);
            }

            shift = TLanes.MultiplyAdd(body.Means.Skip(last * body.Width).Load<TLanes>(i, end) - origin, rest, shift);
            var mean = origin + (shift * share);
            var squares = TLanes.Broadcast(0f);
            for (int c = 0; c < last; c++)
            {
                var d = body.Means.Skip(c * body.Width).Load<TLanes>(i, end) - mean;
                squares += TLanes.MultiplyAdd(d * d, full, body.Squares.Skip(c * body.Width).Load<TLanes>(i, end));
            }

            var e = body.Means.Skip(last * body.Width).Load<TLanes>(i, end) - mean;
            squares += TLanes.MultiplyAdd(e * e, rest, body.Squares.Skip(last * body.Width).Load<TLanes>(i, end));
            body.Mean.Store(i, end, mean);
            body.Deviation.Store(i, end, one / TLanes.Sqrt((squares * share) + epsilon));
            var running = body.RunningMean.Load<TLanes>(i, end);
            body.RunningMean.Store(i, end, TLanes.MultiplyAdd(mean - running, momentum, running));
            running = body.RunningVariance.Load<TLanes>(i, end);
            body.RunningVariance.Store(i, end, TLanes.MultiplyAdd((squares * unbiased) - running, momentum, running));
        }
    }
}
