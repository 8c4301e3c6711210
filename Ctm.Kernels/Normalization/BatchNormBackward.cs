using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>What an element adds to its column's sums: g (x - mean), and g, the gradient that passes ReLU.</summary>
internal struct BatchNormTerm<TFloats> : IColumnTerm<BatchNormTerm<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Shape [rows, width].</summary>
    public TFloats Input, Output, OutputGradient;

    /// <summary>Shape [width].</summary>
    public TFloats Mean;

    public int Width, Relu;

    public static bool HasSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TLanes> At<TLanes>(in BatchNormTerm<TFloats> term, int row, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int index = (row * term.Width) + column;
        var g = term.OutputGradient.Skip(index).Load<TLanes>(0, count);
        g = term.Relu != 0 ? g * TLanes.Step(term.Output.Skip(index).Load<TLanes>(0, count)) : g;
        var x = term.Input.Skip(index).Load<TLanes>(0, count) - term.Mean.Skip(column).Load<TLanes>(0, count);
        return new Pair<TLanes>(g * x, g);
    }
}

/// <summary>
/// Adds the chunks' sums of one block of columns to the parameters' gradients, and leaves what the input's gradient needs.
/// </summary>
internal struct BatchNormGradients<TFloats> : IRowKernel<BatchNormGradients<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Sums of g (x - mean) and of g, shape [chunks, width].</summary>
    public TFloats Products, Sums;

    /// <summary>Shape [width].</summary>
    public TFloats WeightGradient, BiasGradient;

    /// <summary>Receives mean(g), and mean(g (x - mean)) / variance, shape [width].</summary>
    public TFloats MeanGradient, Slope;

    public BatchNormStatistics<TFloats> Statistics;
    public int Chunks, Width, Rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(BatchNormGradients<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = (row + 1) * ColumnChunks.BlockColumns;
        end = end < body.Width ? end : body.Width;
        var share = TLanes.Broadcast(1f / body.Rows);
        for (int i = (row * ColumnChunks.BlockColumns) + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            TLanes product = TLanes.Broadcast(0f), sum = product;
            for (int c = 0; c < body.Chunks; c++)
            {
                product += body.Products.Skip(c * body.Width).Load<TLanes>(i, end);
                sum += body.Sums.Skip(c * body.Width).Load<TLanes>(i, end);
            }

            var deviation = BatchNormStatistics<TFloats>.Reciprocal<TLanes>(body.Statistics, i, end - i);
            body.WeightGradient.Store(i, end, TLanes.MultiplyAdd(product, deviation, body.WeightGradient.Load<TLanes>(i, end)));
            body.BiasGradient.Store(i, end, body.BiasGradient.Load<TLanes>(i, end) + sum);
            body.MeanGradient.Store(i, end, sum * share);
            body.Slope.Store(i, end, product * deviation * deviation * share);
        }
    }
}

/// <summary>
/// Gradients by input and addend, one tile of rows: weight / deviation * (g - mean(g) - (x - mean) * slope), and g. With constant
/// statistics the two means are left out.
/// </summary>
internal struct BatchNormBackwardInput<TFloats> : IRowKernel<BatchNormBackwardInput<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Shape [rows, width].</summary>
    public TFloats Input, Output, OutputGradient, InputGradient, AddendGradient;

    /// <summary>Shape [width].</summary>
    public TFloats Weight, MeanGradient, Slope;

    public BatchNormStatistics<TFloats> Statistics;
    public int Rows, Width, Relu, HasInputGradient, HasAddendGradient, Constant;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(BatchNormBackwardInput<TFloats> body, int row, TTeam team)
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
    private static void Column<TLanes>(in BatchNormBackwardInput<TFloats> body, RowTile tile, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var mean = body.Statistics.Mean.Skip(column).Load<TLanes>(0, count);
        var deviation = BatchNormStatistics<TFloats>.Reciprocal<TLanes>(body.Statistics, column, count);
        var scale = deviation * body.Weight.Skip(column).Load<TLanes>(0, count);
        TLanes meanGradient = TLanes.Broadcast(0f), slope = meanGradient;
        if (body.Constant == 0)
        {
            meanGradient = body.MeanGradient.Skip(column).Load<TLanes>(0, count);
            slope = body.Slope.Skip(column).Load<TLanes>(0, count);
        }

        int stride = tile.RowStep * body.Width, index = (tile.From * body.Width) + column;
        for (int r = tile.From; r < tile.To; r += tile.RowStep)
        {
            var g = body.OutputGradient.Skip(index).Load<TLanes>(0, count);
            g = body.Relu != 0 ? g * TLanes.Step(body.Output.Skip(index).Load<TLanes>(0, count)) : g;
            if (body.HasAddendGradient != 0)
            {
                body.AddendGradient.Skip(index).Store(0, count, g);
            }

            if (body.HasInputGradient != 0)
            {
                var x = body.Input.Skip(index).Load<TLanes>(0, count) - mean;
                body.InputGradient.Skip(index).Store(0, count, scale * (g - meanGradient - (x * slope)));
            }

            index += stride;
        }
    }
}
