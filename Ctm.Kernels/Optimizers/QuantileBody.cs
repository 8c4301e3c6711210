using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Optimizers;

/// <summary>
/// The factor that limits one tensor's gradient by the quantile of its past norms; a row is a tensor. A norm of the past is the one of
/// some rank when no more than that many are below it, and more are not above it: workers share the norms, and each counts over
/// all. On a device for lanes of width 1.
/// </summary>
internal struct QuantileBody<TFloats, TInts> : IRowKernel<QuantileBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Partial, History, Factors;
    public TInts TensorChunks;
    public int HistoryLength, Count, ReadCount, Position, Rank, NextRank;
    public float Weight;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(QuantileBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = body.TensorChunks[row + 1];
        TLanes sum = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f);
        for (int i = body.TensorChunks[row] + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            sum += body.Partial.Load<TLanes>(i, end);
        }

        float norm = XMath.Sqrt(team.Sum(TLanes.Sum(sum)));
        TFloats history = body.History.Skip(row * body.HistoryLength);
        float lower = 0f, upper = 0f;
        for (int i = team.Index; i < body.Count; i += team.Count)
        {
            float value = history[i];
            TLanes own = TLanes.Broadcast(value), below = TLanes.Broadcast(0f), upTo = below;
            for (int k = 0; k < body.ReadCount; k += TLanes.Width)
            {
                var other = history.Load<TLanes>(k, body.ReadCount);
                below += TLanes.Step(own - other);
                upTo += one - TLanes.Step(other - own);
            }

            float less = TLanes.Sum(below), notMore = TLanes.Sum(upTo);
            lower = less <= body.Rank && body.Rank < notMore ? value : lower;
            upper = less <= body.NextRank && body.NextRank < notMore ? value : upper;
        }

        // These also see to it that all have read the history before it is written to.
        lower = team.Largest(lower);
        upper = team.Largest(upper);
        if (team.Index == 0)
        {
            float factor = (lower + (body.Weight * (upper - lower))) / (norm + 1e-6f);
            body.Factors[row] = body.Count == 0 || factor > 1f ? 1f : factor;
            history[body.Position] = norm;
        }
    }
}
