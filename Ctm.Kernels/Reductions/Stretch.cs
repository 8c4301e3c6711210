using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Reductions;

/// <summary>The sum, or the sum of squares, of a stretch that a team shares.</summary>
internal static class Stretch
{
    /// <summary>
    /// Sums elements from..to. On a device with vectors, from and to must be multiples of four. Every worker of the team must call it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<TFloats, TLanes, TTeam>(TFloats source, int from, int to, int square, TTeam team)
        where TFloats : struct, IMemory<TFloats, float>
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TLanes a = TLanes.Broadcast(0f), b = a, c = a, d = a;
        int step = team.Count * TLanes.Width, i = from + (team.Index * TLanes.Width);
        for (; i + (3 * step) + TLanes.Width <= to; i += 4 * step)
        {
            TFloats place = source.Skip(i);
            var x = place.Load<TLanes>(0, TLanes.Width);
            a = square != 0 ? TLanes.MultiplyAdd(x, x, a) : a + x;
            x = place.Skip(step).Load<TLanes>(0, TLanes.Width);
            b = square != 0 ? TLanes.MultiplyAdd(x, x, b) : b + x;
            x = place.Skip(2 * step).Load<TLanes>(0, TLanes.Width);
            c = square != 0 ? TLanes.MultiplyAdd(x, x, c) : c + x;
            x = place.Skip(3 * step).Load<TLanes>(0, TLanes.Width);
            d = square != 0 ? TLanes.MultiplyAdd(x, x, d) : d + x;
        }

        for (; i < to; i += step)
        {
            var x = source.Load<TLanes>(i, to);
            a = square != 0 ? TLanes.MultiplyAdd(x, x, a) : a + x;
        }

        return team.Sum(TLanes.Sum(a + b + (c + d)));
    }
}
