using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Losses;

internal struct MazeReachBody<TInts> : IItemKernel<MazeReachBody<TInts>>
    where TInts : struct, IMemory<TInts, int>
{
    public TInts Prefix, Reach;
    public int Ticks, Batch, Lookahead;

    public static void Run(MazeReachBody<TInts> body, int item)
    {
        int most = 1;
        for (int t = 0; t < body.Ticks; t++)
        {
            most = XMath.Max(most, body.Prefix[(t * body.Batch) + item]);
        }

        body.Reach[item] = most - 1 + body.Lookahead;
    }
}

/// <summary>The mean over the positions that count, of one sample at one tick. On a device for lanes of width 1.</summary>
internal struct TickLosses<TFloats, TInts> : IRowKernel<TickLosses<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Losses, Result;
    public CountedPositions<TInts> Counted;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(TickLosses<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TFloats losses = body.Losses.Skip(row * body.Counted.Positions);
        int counted = body.Counted.Of(row % body.Counted.Batch);
        var sum = TLanes.Broadcast(0f);
        for (int s = team.Index * TLanes.Width; s < counted; s += team.Count * TLanes.Width)
        {
            sum += losses.Load<TLanes>(s, counted);
        }

        float total = team.Sum(TLanes.Sum(sum));
        if (team.Index == 0)
        {
            body.Result[row] = counted > 0 ? total / counted : 0f;
        }
    }
}

/// <summary>How many leading positions of a sample count.</summary>
internal struct CountedPositions<TInts>
    where TInts : struct, IMemory<TInts, int>
{
    public TInts Reach;
    public int Batch, Positions;

    /// <summary>1 where Reach is present, else 0.</summary>
    public int IsLimited;

    public readonly int Of(int sample) => IsLimited != 0 ? XMath.Max(0, XMath.Min(Positions, Reach[sample])) : Positions;
}

internal struct TickSelection<TFloats, TInts> : IItemKernel<TickSelection<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats TickLosses, Entropy, SampleLosses;
    public TInts First, Second;
    public int Ticks, Batch, UseMostCertain;

    /// <summary>Weight of each tick's loss beside the rule's.</summary>
    public float EveryTick;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(TickSelection<TFloats, TInts> body, int item)
    {
        int first = Smallest(body.TickLosses, item, body.Ticks, body.Batch), second = body.Ticks - 1;
        if (body.UseMostCertain != 0)
        {
            second = Smallest(body.Entropy, item, body.Ticks, body.Batch);
        }

        body.First[item] = first;
        body.Second[item] = second;
        float loss = 0.5f * (body.TickLosses[(first * body.Batch) + item] + body.TickLosses[(second * body.Batch) + item]);

        // Not added with weight 0, as the loss of a tick that does not count may be infinite.
        if (body.EveryTick != 0f)
        {
            float sum = 0f;
            for (int t = 0; t < body.Ticks; t++)
            {
                sum += body.TickLosses[(t * body.Batch) + item];
            }

            loss += body.EveryTick * sum;
        }

        body.SampleLosses[item] = loss;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Smallest(TFloats values, int item, int ticks, int batch)
    {
        int best = 0;
        float least = values[item];
        for (int t = 1; t < ticks; t++)
        {
            float value = values[(t * batch) + item];
            if (value < least)
            {
                best = t;
                least = value;
            }
        }

        return best;
    }
}

internal struct MeanBody<TFloats> : IRowKernel<MeanBody<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Values, Mean;
    public int Count;

    public static void Run<TLanes, TTeam>(MeanBody<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        var sum = TLanes.Broadcast(0f);
        for (int i = team.Index * TLanes.Width; i < body.Count; i += team.Count * TLanes.Width)
        {
            sum += body.Values.Load<TLanes>(i, body.Count);
        }

        float total = team.Sum(TLanes.Sum(sum));
        if (team.Index == 0)
        {
            body.Mean[0] = body.Count > 0 ? total / body.Count : 0f;
        }
    }
}
