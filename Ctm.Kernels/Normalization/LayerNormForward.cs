using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// One row of LayerNormForward: three passes over x, which stays in the first-level cache. The last elements, which fill no lane
/// vector, are summed one by one: absent lanes load as 0 and would count in the variance.
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
        float mean = Sum<TLanes, TTeam>(input, addend, body.HasAddend, full, width, step, team) / width;
        float squares = Squares<TLanes, TTeam>(input, addend, body.HasAddend, mean, full, width, step, team);
        float deviation = 1f / XMath.Sqrt((squares / width) + NormalizationKernels.LayerNormEpsilon);
        if (team.Index == 0)
        {
            statistics[0] = mean;
            statistics[1] = deviation;
        }

        TLanes centre = TLanes.Broadcast(mean), scale = TLanes.Broadcast(deviation);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum<TLanes, TTeam>(TFloats input, TFloats addend, int hasAddend, int full, int width, int step, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TLanes a = TLanes.Broadcast(0f), b = a, c = a, d = a;
        int i = team.Index * TLanes.Width;
        for (; i + (3 * step) < full; i += 4 * step)
        {
            a += At<TLanes>(input, addend, hasAddend, i);
            b += At<TLanes>(input, addend, hasAddend, i + step);
            c += At<TLanes>(input, addend, hasAddend, i + (2 * step));
            d += At<TLanes>(input, addend, hasAddend, i + (3 * step));
        }

        for (; i < full; i += step)
        {
            a += At<TLanes>(input, addend, hasAddend, i);
        }

        float rest = 0f;
        for (int j = full + team.Index; j < width; j += team.Count)
        {
            rest += hasAddend != 0 ? input[j] + addend[j] : input[j];
        }

        return team.Sum(TLanes.Sum(a + b + (c + d)) + rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Squares<TLanes, TTeam>(
        TFloats input, TFloats addend, int hasAddend, float mean, int full, int width, int step, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TLanes a = TLanes.Broadcast(0f), b = a, c = a, d = a, centre = TLanes.Broadcast(mean);
        int i = team.Index * TLanes.Width;
        for (; i + (3 * step) < full; i += 4 * step)
        {
            var x = At<TLanes>(input, addend, hasAddend, i) - centre;
            a = TLanes.MultiplyAdd(x, x, a);
            x = At<TLanes>(input, addend, hasAddend, i + step) - centre;
            b = TLanes.MultiplyAdd(x, x, b);
            x = At<TLanes>(input, addend, hasAddend, i + (2 * step)) - centre;
            c = TLanes.MultiplyAdd(x, x, c);
            x = At<TLanes>(input, addend, hasAddend, i + (3 * step)) - centre;
            d = TLanes.MultiplyAdd(x, x, d);
        }

        for (; i < full; i += step)
        {
            var x = At<TLanes>(input, addend, hasAddend, i) - centre;
            a = TLanes.MultiplyAdd(x, x, a);
        }

        float rest = 0f;
        for (int j = full + team.Index; j < width; j += team.Count)
        {
            float x = (hasAddend != 0 ? input[j] + addend[j] : input[j]) - mean;
            rest += x * x;
        }

        return team.Sum(TLanes.Sum(a + b + (c + d)) + rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes At<TLanes>(TFloats input, TFloats addend, int hasAddend, int i)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = input.Skip(i).Load<TLanes>(0, TLanes.Width);
        return hasAddend != 0 ? x + addend.Skip(i).Load<TLanes>(0, TLanes.Width) : x;
    }
}
