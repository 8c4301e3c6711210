using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>output = (input - mean) / deviation * weight + bias + addend, ReLU: one tile of rows.</summary>
internal struct BatchNormApply<TFloats> : IRowKernel<BatchNormApply<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Shape [rows, width].</summary>
    public TFloats Input, Addend, Output;

    /// <summary>Shape [width].</summary>
    public TFloats Weight, Bias;

    public BatchNormStatistics<TFloats> Statistics;
    public int Rows, Width, HasAddend;

    /// <summary>0 with ReLU, else minus infinity.</summary>
    public float Least;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(BatchNormApply<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        var tile = RowTile.Of<TLanes, TTeam>(row, body.Rows, body.Width, team);
        int i = tile.Column;
        for (; i + TLanes.Width <= body.Width; i += tile.ColumnStep)
        {
            Column<TLanes>(body, tile, i, TLanes.Width);
        }

        if (i < body.Width)
        {
            Column<TLanes>(body, tile, i, body.Width - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<TLanes>(in BatchNormApply<TFloats> body, RowTile tile, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var mean = body.Statistics.Mean.Skip(column).Load<TLanes>(0, count);
        var deviation = BatchNormStatistics<TFloats>.Reciprocal<TLanes>(body.Statistics, column, count);
        var scale = deviation * body.Weight.Skip(column).Load<TLanes>(0, count);
        TLanes bias = body.Bias.Skip(column).Load<TLanes>(0, count), least = TLanes.Broadcast(body.Least);
        int stride = tile.RowStep * body.Width, start = (tile.From * body.Width) + column;
        TFloats input = body.Input.Skip(start), output = body.Output.Skip(start), addend = body.Addend.Skip(start);
        for (int r = tile.From; r < tile.To; r += tile.RowStep)
        {
            var y = TLanes.MultiplyAdd(input.Load<TLanes>(0, count) - mean, scale, bias);
            y = body.HasAddend != 0 ? y + addend.Load<TLanes>(0, count) : y;
            output.Store(0, count, TLanes.Max(y, least));
            input = input.Skip(stride);
            output = output.Skip(stride);
            addend = addend.Skip(stride);
        }
    }
}

/// <summary>A column's mean and spread: the reciprocal deviation of a batch, or a running variance.</summary>
internal struct BatchNormStatistics<TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Shape [width].</summary>
    public TFloats Mean, Spread;

    public int IsVariance;
    public float Epsilon;

    /// <summary>1 / sqrt(variance + epsilon).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Reciprocal<TLanes>(in BatchNormStatistics<TFloats> statistics, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var spread = statistics.Spread.Skip(column).Load<TLanes>(0, count);
        return statistics.IsVariance != 0
            ? TLanes.Broadcast(1f) / TLanes.Sqrt(spread + TLanes.Broadcast(statistics.Epsilon))
            : spread;
    }
}
