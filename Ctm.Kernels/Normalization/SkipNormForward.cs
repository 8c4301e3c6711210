using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>One row of SkipNormForward. x stands where the output goes, until its own mean and variance are known.</summary>
internal struct SkipNormForward<TFloats> : IRowKernel<SkipNormForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public SkipNormSum<TFloats> Sum;
    public TFloats SkipWeight, SkipBias, SkipStatistics, Output;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SkipNormForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Sum.Width, step = team.Count * TLanes.Width, full = width / TLanes.Width * TLanes.Width;
        TFloats input = body.Sum.Input.Skip(row * width), output = body.Output.Skip(row * width);
        RowMoments<TFloats>.Of<TLanes, TTeam>(
            input, input, 0, width, body.Sum.Statistics.Skip(2 * row), team, out float mean, out float scaling);
        TLanes centre = TLanes.Broadcast(mean), scale = TLanes.Broadcast(scaling);
        int i = team.Index * TLanes.Width;
        for (; i < full; i += step)
        {
            output.Skip(i).Store(0, TLanes.Width, SkipNormSum<TFloats>.Of(body.Sum, row, i, TLanes.Width, centre, scale, out _, out _));
        }

        if (i < width)
        {
            output.Skip(i).Store(0, width - i, SkipNormSum<TFloats>.Of(body.Sum, row, i, width - i, centre, scale, out _, out _));
        }

        // The last elements are summed by other workers than those that wrote them.
        team.Wait();
        RowMoments<TFloats>.Of<TLanes, TTeam>(output, output, 0, width, body.SkipStatistics.Skip(2 * row), team, out mean, out scaling);
        centre = TLanes.Broadcast(mean);
        scale = TLanes.Broadcast(scaling);
        for (i = team.Index * TLanes.Width; i < full; i += step)
        {
            Put(body, output.Skip(i), i, TLanes.Width, centre, scale);
        }

        if (i < width)
        {
            Put(body, output.Skip(i), i, width - i, centre, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes>(in SkipNormForward<TFloats> body, TFloats output, int i, int count, TLanes centre, TLanes scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes weight = body.SkipWeight.Skip(i).Load<TLanes>(0, count), bias = body.SkipBias.Skip(i).Load<TLanes>(0, count);
        output.Store(0, count, TLanes.MultiplyAdd((output.Load<TLanes>(0, count) - centre) * scale, weight, bias));
    }
}

/// <summary>x = SiLU(n * weight + bias) + skip of one element, with n the normalised input.</summary>
internal struct SkipNormSum<TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Skip, Weight, Bias, Statistics;
    public int Width;

    /// <summary>x, and n with the SiLU's slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(
        in SkipNormSum<TFloats> sum, int row, int column, int count, TLanes centre, TLanes scale, out TLanes n, out TLanes slope)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int at = (row * sum.Width) + column;
        n = (sum.Input.Skip(at).Load<TLanes>(0, count) - centre) * scale;
        TLanes weight = sum.Weight.Skip(column).Load<TLanes>(0, count), bias = sum.Bias.Skip(column).Load<TLanes>(0, count);
        TLanes y = TLanes.MultiplyAdd(n, weight, bias), s = TLanes.Sigmoid(y), one = TLanes.Broadcast(1f);
        slope = s * TLanes.MultiplyAdd(y, one - s, one);
        return TLanes.MultiplyAdd(y, s, sum.Skip.Skip(at).Load<TLanes>(0, count));
    }

    /// <summary>As above, with the statistics read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Of<TLanes>(in SkipNormSum<TFloats> sum, int row, int column, int count, out TLanes n, out TLanes slope)
        where TLanes : unmanaged, ILanes<TLanes> => Of(
            sum,
            row,
            column,
            count,
            TLanes.Broadcast(sum.Statistics[2 * row]),
            TLanes.Broadcast(sum.Statistics[(2 * row) + 1]),
            out n,
            out slope);
}
