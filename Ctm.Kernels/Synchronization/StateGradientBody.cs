using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Synchronization;

/// <summary>
/// A row is a block of ranks for up to four samples, which share the loads of the indices. Neighbouring ranks have about as many
/// entries, so that the loop over them ends where the branch predictor, or the thread beside, expects it.
/// </summary>
internal struct StateGradient<TFloats, TInts> : IRowKernel<StateGradient<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    /// <summary>Samples that a worker does at once.</summary>
    public const int Samples = 4;

    public TFloats State, AlphaGradient, Gradient;
    public TInts Ranked, Offsets, EntryPairs, EntryPartners;
    public int Batch, Neurons, Pairs, Block, Blocks, Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(StateGradient<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int tile = row / body.Blocks, start = (row - (tile * body.Blocks)) * body.Block;
        int neurons = body.Neurons, end = neurons - start < body.Block ? neurons : start + body.Block;

        // Samples beyond the batch read the last one again and are not stored.
        int first = tile * Samples, last = body.Batch - 1, count = body.Batch - first;
        int second = first + 1 < last ? first + 1 : last, third = first + 2 < last ? first + 2 : last;
        int fourth = first + 3 < last ? first + 3 : last;
        TFloats state0 = body.State.Skip(first * neurons), state1 = body.State.Skip(second * neurons);
        TFloats state2 = body.State.Skip(third * neurons), state3 = body.State.Skip(fourth * neurons);
        TFloats alpha0 = body.AlphaGradient.Skip(first * body.Pairs), alpha1 = body.AlphaGradient.Skip(second * body.Pairs);
        TFloats alpha2 = body.AlphaGradient.Skip(third * body.Pairs), alpha3 = body.AlphaGradient.Skip(fourth * body.Pairs);
        TInts entryPairs = body.EntryPairs, entryPartners = body.EntryPartners;
        for (int rank = start + team.Index; rank < end; rank += team.Count)
        {
            float sum0 = 0f, sum1 = 0f, sum2 = 0f, sum3 = 0f;
            for (int entry = body.Offsets[rank], stop = body.Offsets[rank + 1]; entry < stop; entry++)
            {
                int pair = entryPairs[entry], partner = entryPartners[entry];
                sum0 += alpha0[pair] * state0[partner];
                sum1 += alpha1[pair] * state1[partner];
                sum2 += alpha2[pair] * state2[partner];
                sum3 += alpha3[pair] * state3[partner];
            }

            TFloats gradient = body.Gradient.Skip((first * neurons) + body.Ranked[rank]);
            Put(gradient, sum0, body.Accumulate);
            if (count > 1)
            {
                Put(gradient.Skip(neurons), sum1, body.Accumulate);
            }

            if (count > 2)
            {
                Put(gradient.Skip(2 * neurons), sum2, body.Accumulate);
            }

            if (count > 3)
            {
                Put(gradient.Skip(3 * neurons), sum3, body.Accumulate);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(TFloats gradient, float sum, int accumulate) => gradient[0] = accumulate != 0 ? gradient[0] + sum : sum;
}
