using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Attention;

// A row is one head of one sample: two products of [tokens, steps] with [steps, head width], where the queries of all ticks are the
// steps, in tiles of eight tokens by one lane vector whose sums stay in registers over the steps.
internal struct AttentionBackwardKeysValues<TFloats> : IRowKernel<AttentionBackwardKeysValues<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    private const int Tile = 8;

    public TFloats OutputGradients, Queries, Weights, ScoreGradients, KeysValuesGradient;
    public int Ticks, Batch, QueryCount, Tokens, Heads, HeadWidth;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(AttentionBackwardKeysValues<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int sample = row / body.Heads, head = row - (sample * body.Heads);
        int width = body.Heads * body.HeadWidth;
        TFloats keys = body.KeysValuesGradient.Skip((2 * sample * body.Tokens * width) + (head * body.HeadWidth));
        int first = (sample * body.QueryCount * body.Heads) + head;
        TFloats queries = body.Queries.Skip(first * body.HeadWidth), outputs = body.OutputGradients.Skip(first * body.HeadWidth);
        TFloats scores = body.ScoreGradients.Skip(first * body.Tokens), weights = body.Weights.Skip(first * body.Tokens);
        int tiles = (body.Tokens + Tile - 1) / Tile;
        int vectors = (body.HeadWidth + TLanes.Width - 1) / TLanes.Width;
        for (int k = team.Index; k < tiles * vectors; k += team.Count)
        {
            int vector = k / tiles, n = (k - (vector * tiles)) * Tile, i = vector * TLanes.Width;
            Add<TLanes>(body, scores, queries, keys, n, i);
            Add<TLanes>(body, weights, outputs, keys.Skip(width), n, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TLanes>(
        AttentionBackwardKeysValues<TFloats> body, TFloats factors, TFloats vectors, TFloats target, int n, int i)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int width = body.Heads * body.HeadWidth, end = body.HeadWidth, stride = 2 * width, others = (body.Batch - 1) * body.QueryCount;
        if (n + Tile <= body.Tokens)
        {
            AddTile<TLanes>(body, factors.Skip(n), vectors, target.Skip(n * stride), i);
            return;
        }

        for (; n < body.Tokens; n++)
        {
            TFloats factor = factors.Skip(n), vector = vectors, place = target.Skip(n * stride);
            var sum = TLanes.Broadcast(0f);
            for (int t = 0; t < body.Ticks; t++)
            {
                for (int q = 0; q < body.QueryCount; q++)
                {
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(factor[0]), vector.Load<TLanes>(i, end), sum);
                    factor = factor.Skip(body.Heads * body.Tokens);
                    vector = vector.Skip(width);
                }

                factor = factor.Skip(others * body.Heads * body.Tokens);
                vector = vector.Skip(others * width);
            }

            place.Store(i, end, place.Load<TLanes>(i, end) + sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile<TLanes>(
        AttentionBackwardKeysValues<TFloats> body, TFloats factor, TFloats vector, TFloats target, int i)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int width = body.Heads * body.HeadWidth, end = body.HeadWidth, stride = 2 * width;
        int nextFactor = body.Heads * body.Tokens, others = (body.Batch - 1) * body.QueryCount;
        var zero = TLanes.Broadcast(0f);
        TLanes a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
        for (int t = 0; t < body.Ticks; t++)
        {
            for (int q = 0; q < body.QueryCount; q++)
            {
                var lanes = vector.Load<TLanes>(i, end);
                a = TLanes.MultiplyAdd(TLanes.Broadcast(factor[0]), lanes, a);
                b = TLanes.MultiplyAdd(TLanes.Broadcast(factor[1]), lanes, b);
                c = TLanes.MultiplyAdd(TLanes.Broadcast(factor[2]), lanes, c);
                d = TLanes.MultiplyAdd(TLanes.Broadcast(factor[3]), lanes, d);
                e = TLanes.MultiplyAdd(TLanes.Broadcast(factor[4]), lanes, e);
                f = TLanes.MultiplyAdd(TLanes.Broadcast(factor[5]), lanes, f);
                g = TLanes.MultiplyAdd(TLanes.Broadcast(factor[6]), lanes, g);
                h = TLanes.MultiplyAdd(TLanes.Broadcast(factor[7]), lanes, h);
                factor = factor.Skip(nextFactor);
                vector = vector.Skip(width);
            }

            factor = factor.Skip(others * nextFactor);
            vector = vector.Skip(others * width);
        }

        Add(target, i, end, a);
        Add(target.Skip(stride), i, end, b);
        Add(target.Skip(2 * stride), i, end, c);
        Add(target.Skip(3 * stride), i, end, d);
        Add(target.Skip(4 * stride), i, end, e);
        Add(target.Skip(5 * stride), i, end, f);
        Add(target.Skip(6 * stride), i, end, g);
        Add(target.Skip(7 * stride), i, end, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(TFloats target, int i, int end, TLanes sum)
        where TLanes : unmanaged, ILanes<TLanes> => target.Store(i, end, target.Load<TLanes>(i, end) + sum);
}
