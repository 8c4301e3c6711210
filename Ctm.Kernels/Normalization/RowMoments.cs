using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// Mean and scaling of one row, in two passes. The last elements, which fill no lane vector, are summed one by one: absent lanes load as
/// 0 and would count in the variance.
/// </summary>
internal static class RowMoments<TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Mean and 1 / sqrt(variance + epsilon) of input + addend; the first worker writes both to the statistics too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of<TLanes, TTeam>(
        TFloats input, TFloats addend, int hasAddend, int width, TFloats statistics, TTeam team, out float mean, out float scaling)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int step = team.Count * TLanes.Width, full = width / TLanes.Width * TLanes.Width;
        mean = Sum<TLanes, TTeam>(input, addend, hasAddend, full, width, step, team) / width;
        float squares = Squares<TLanes, TTeam>(input, addend, hasAddend, mean, full, width, step, team);
        scaling = 1f / XMath.Sqrt((squares / width) + NormalizationKernels.LayerNormEpsilon);
        if (team.Index == 0)
        {
            statistics[0] = mean;
            statistics[1] = scaling;
        }
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
