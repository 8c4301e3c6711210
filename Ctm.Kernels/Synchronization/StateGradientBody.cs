using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Synchronization;

/// <summary>A row is a block of ranks of one sample. Neighbouring ranks have about as many entries.</summary>
internal struct StateGradient<TFloats, TInts> : IRowKernel<StateGradient<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats State, AlphaGradient, Gradient;
    public TInts Ranked, Offsets, EntryPairs, EntryPartners;
    public int Neurons, Pairs, Block, Blocks, Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(StateGradient<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int sample = row / body.Blocks, start = (row - (sample * body.Blocks)) * body.Block;
        int neurons = body.Neurons, end = neurons - start < body.Block ? neurons : start + body.Block;
        TFloats state = body.State.Skip(sample * neurons), gradient = body.Gradient.Skip(sample * neurons);
        TFloats alpha = body.AlphaGradient.Skip(sample * body.Pairs);
        TInts entryPairs = body.EntryPairs, entryPartners = body.EntryPartners;
        for (int rank = start + team.Index; rank < end; rank += team.Count)
        {
            int entry = body.Offsets[rank], last = body.Offsets[rank + 1];

            // Four sums, or each addition would wait for the one before it.
            float sum0 = 0f, sum1 = 0f, sum2 = 0f, sum3 = 0f;
            for (; entry + 3 < last; entry += 4)
            {
                sum0 += alpha[entryPairs[entry]] * state[entryPartners[entry]];
                sum1 += alpha[entryPairs[entry + 1]] * state[entryPartners[entry + 1]];
                sum2 += alpha[entryPairs[entry + 2]] * state[entryPartners[entry + 2]];
                sum3 += alpha[entryPairs[entry + 3]] * state[entryPartners[entry + 3]];
            }

            for (; entry < last; entry++)
            {
                sum0 += alpha[entryPairs[entry]] * state[entryPartners[entry]];
            }

            float sum = sum0 + sum1 + (sum2 + sum3);
            int neuron = body.Ranked[rank];
            gradient[neuron] = body.Accumulate != 0 ? gradient[neuron] + sum : sum;
        }
    }
}
