using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Reductions;

/// <summary>result[row] = the sum (of squares) of stretch <c>row</c> of a flat array.</summary>
internal struct StretchSums<TFloats> : IRowKernel<StretchSums<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source, Result;
    public int Length, StretchLength, Square;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(StretchSums<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int from = row * body.StretchLength, left = body.Length - from;
        int to = from + (left < body.StretchLength ? left : body.StretchLength);
        float sum = Stretch.Sum<TFloats, TLanes, TTeam>(body.Source, from, to, body.Square, team);
        if (team.Index == 0)
        {
            TFloats result = body.Result;
            result[row] = sum;
        }
    }
}

/// <summary>
/// First stage of sums over segments: a row is a stretch of the array, whatever segments it meets. The sum of segment s
/// within stretch c goes to Partial[c + s]: along the array c + s grows at every border of either, so no two pieces share a place.
/// </summary>
internal struct SegmentPieces<TFloats, TInts> : IRowKernel<SegmentPieces<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Source, Partial;
    public TInts Starts;
    public int Length, StretchLength, Segments;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SegmentPieces<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int from = row * body.StretchLength, left = body.Length - from;
        int to = from + (left < body.StretchLength ? left : body.StretchLength);

        // The first segment that ends beyond the stretch's start.
        int low = 0, high = body.Segments;
        while (low < high)
        {
            int middle = (low + high) / 2;
            bool before = body.Starts[middle + 1] <= from;
            low = before ? middle + 1 : low;
            high = before ? high : middle;
        }

        TFloats partial = body.Partial;
        for (int s = low; s < body.Segments && body.Starts[s] < to; s++)
        {
            int start = body.Starts[s], end = body.Starts[s + 1];
            start = start > from ? start : from;
            end = end < to ? end : to;
            float sum = Stretch.Sum<TFloats, TLanes, TTeam>(body.Source, start, end, 1, team);
            if (team.Index == 0)
            {
                partial[row + s] = sum;
            }
        }
    }
}

/// <summary>Second stage: adds a segment's pieces.</summary>
internal struct SegmentSums<TFloats, TInts> : IRowKernel<SegmentSums<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Partial, Result;
    public TInts Starts;
    public int StretchLength;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SegmentSums<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int start = body.Starts[row], end = body.Starts[row + 1];
        int first = start / body.StretchLength, last = (end + body.StretchLength - 1) / body.StretchLength;
        last = end > start ? last : first;
        float sum = Stretch.Sum<TFloats, TLanes, TTeam>(body.Partial, first + row, last + row, 0, team);
        if (team.Index == 0)
        {
            TFloats result = body.Result;
            result[row] = sum;
        }
    }
}
