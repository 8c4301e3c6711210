using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// One row of LayerNormForward: three passes over x, which stays in the first-level cache.
/// </summary>
internal struct LayerNormForward<TFloats> : IRowKernel<LayerNormForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Addend, Weight, Bias, Output, Statistics;
    public int Width, HasAddend, Silu;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(LayerNormForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width, step = team.Count * TLanes.Width, full = width / TLanes.Width * TLanes.Width;
        TFloats input = body.Input.Skip(row * width), addend = body.Addend.Skip(row * width), statistics = body.Statistics.Skip(2 * row);
        RowMoments<TFloats>.Of<TLanes, TTeam>(input, addend, body.HasAddend, width, statistics, team, out float mean, out float scaling);
        TLanes centre = TLanes.Broadcast(mean), scale = TLanes.Broadcast(scaling);
        TFloats output = body.Output.Skip(row * width);
        int i = team.Index * TLanes.Width;
        for (; i < full; i += step)
        {
            Put(body, input.Skip(i), addend.Skip(i), output.Skip(i), i, TLanes.Width, centre, scale);
        }

        if (i < width)
        {
            Put(body, input.Skip(i), addend.Skip(i), output.Skip(i), i, width - i, centre, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes>(
        in LayerNormForward<TFloats> body, TFloats input, TFloats addend, TFloats output, int i, int count, TLanes centre, TLanes scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = input.Load<TLanes>(0, count);
        x = body.HasAddend != 0 ? x + addend.Load<TLanes>(0, count) : x;
        TLanes weight = body.Weight.Skip(i).Load<TLanes>(0, count), bias = body.Bias.Skip(i).Load<TLanes>(0, count);
        var y = TLanes.MultiplyAdd((x - centre) * scale, weight, bias);
        output.Store(0, count, body.Silu != 0 ? y * TLanes.Sigmoid(y) : y);
    }
}
