using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Losses;

/// <summary>
/// Few classes, many positions: a row is one sample at one tick, lanes and team run along the positions. On a device for lanes
/// of width 1.
/// </summary>
internal struct PositionLosses<TFloats, TInts> : IRowKernel<PositionLosses<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits, Losses, Entropy;
    public TInts Targets, Prefix;
    public LossOutputs Outputs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(PositionLosses<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        LossOutputs outputs = body.Outputs;
        int positions = outputs.Positions, classes = outputs.Classes, end = positions * classes;
        TFloats logits = body.Logits.Skip(row * end), losses = body.Losses.Skip(outputs.Losses * row * positions);
        TInts targets = body.Targets.Skip(outputs.Targets * (row % outputs.Batch) * positions);
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f), all = TLanes.Broadcast(positions);
        TLanes entropy = zero, firstWrong = all;
        for (int s = team.Index * TLanes.Width; s < positions; s += team.Count * TLanes.Width)
        {
            int place = s * classes;
            TLanes largest = logits.LoadStrided<TLanes>(place, classes, end), best = zero;
            for (int c = 1; c < classes; c++)
            {
                var logit = logits.LoadStrided<TLanes>(place + c, classes, end);
                best += TLanes.Step(logit - largest) * (TLanes.Broadcast(c) - best);
                largest = TLanes.Max(largest, logit);
            }

            var target = zero;
            if (outputs.Targets != 0)
            {
                target = TLanes.FromIntegers(targets.Load<TLanes>(s, positions));
            }

            TLanes sum = zero, weighted = zero, atTarget = zero;
            for (int c = 0; c < classes; c++)
            {
                var logit = logits.LoadStrided<TLanes>(place + c, classes, end) - largest;
                var exp = TLanes.Exp(logit);
                var off = TLanes.Broadcast(c) - target;
                sum += exp;
                weighted = TLanes.MultiplyAdd(exp, logit, weighted);
                atTarget = TLanes.MultiplyAdd(one - TLanes.Step(off * off), logit, atTarget);
            }

            var log = TLanes.Log(sum);
            if (outputs.Losses != 0)
            {
                losses.Store(s, positions, log - atTarget);
            }

            var position = TLanes.Broadcast(s) + TLanes.Ramp();
            entropy += TLanes.Step(all - position) * (log - (weighted / sum));
            var miss = best - target;
            var wrong = TLanes.Step(miss * miss);
            firstWrong = TLanes.Min(firstWrong, all + (wrong * (position - all)));
        }

        // Unconditional: PoCL's compiler does not finish with barriers behind these conditions.
        float total = team.Sum(TLanes.Sum(entropy));
        float prefix = -team.Largest(TLanes.Largest(zero - firstWrong));
        if (team.Index == 0)
        {
            if (outputs.Entropy != 0)
            {
                body.Entropy[row] = total / outputs.LogClasses / positions;
            }

            if (outputs.Prefix != 0)
            {
                body.Prefix[row] = (int)prefix;
            }
        }
    }
}

/// <summary>Which outputs are wanted, and the sizes. Flags are 0 or 1.</summary>
internal struct LossOutputs
{
    public int Batch, Positions, Classes;
    public int Targets, Losses, Entropy, Prefix;
    public float LogClasses;
}
