using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Losses;

/// <summary>Many classes or few positions: a row is one sample at one tick, lanes and team run along the classes.</summary>
internal struct ClassLosses<TFloats, TInts> : IRowKernel<ClassLosses<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits, Losses, Entropy;
    public TInts Targets, Prefix;
    public LossOutputs Outputs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(ClassLosses<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        LossOutputs outputs = body.Outputs;
        int positions = outputs.Positions, classes = outputs.Classes, prefix = 0;
        float entropy = 0f;
        for (int s = 0; s < positions; s++)
        {
            TFloats logits = body.Logits.Skip(((row * positions) + s) * classes);
            int target = 0;
            if (outputs.Targets != 0)
            {
                target = body.Targets[(row % outputs.Batch * positions) + s];
            }

            float largest = ClassParts<TFloats>.Largest<TLanes, TTeam>(logits, classes, team);
            var most = TLanes.Broadcast(largest);
            TLanes sum = TLanes.Broadcast(0f), weighted = sum, all = TLanes.Broadcast(classes);
            for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
            {
                var inside = TLanes.Step(all - TLanes.Broadcast(c) - TLanes.Ramp());
                var logit = inside * (logits.Load<TLanes>(c, classes) - most);
                var exp = inside * TLanes.Exp(logit);
                sum += exp;
                weighted = TLanes.MultiplyAdd(exp, logit, weighted);
            }

            float total = team.Sum(TLanes.Sum(sum)), log = XMath.Log(total);
            if (outputs.Entropy != 0)
            {
                entropy += log - (team.Sum(TLanes.Sum(weighted)) / total);
            }

            if (outputs.Losses != 0 && team.Index == 0)
            {
                body.Losses[(row * positions) + s] = log - (logits[target] - largest);
            }

            if (outputs.Prefix != 0)
            {
                float better = ClassParts<TFloats>.Better<TLanes, TTeam>(logits, target, classes, team);
                prefix += better == 0f && prefix == s ? 1 : 0;
            }
        }

        if (team.Index == 0)
        {
            if (outputs.Entropy != 0)
            {
                body.Entropy[row] = entropy / outputs.LogClasses / positions;
            }

            if (outputs.Prefix != 0)
            {
                body.Prefix[row] = prefix;
            }
        }
    }
}

/// <summary>Steps over the classes of one prediction, shared by a team.</summary>
internal static class ClassParts<TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>The largest logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest<TLanes, TTeam>(TFloats logits, int classes, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        float largest = float.MinValue;
        for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
        {
            if (c + TLanes.Width <= classes)
            {
                largest = XMath.Max(largest, TLanes.Largest(logits.Load<TLanes>(c, classes)));
            }
            else
            {
                for (int i = c; i < classes; i++)
                {
                    largest = XMath.Max(largest, logits[i]);
                }
            }
        }

        return team.Largest(largest);
    }

    /// <summary>Number of classes that come before the target in the order of logits, an earlier class first among equals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Better<TLanes, TTeam>(TFloats logits, int target, int classes, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TLanes at = TLanes.Broadcast(target), own = TLanes.Broadcast(logits[target]);
        TLanes one = TLanes.Broadcast(1f), all = TLanes.Broadcast(classes), better = TLanes.Broadcast(0f);
        for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
        {
            var logit = logits.Load<TLanes>(c, classes);
            var number = TLanes.Broadcast(c) + TLanes.Ramp();
            var later = TLanes.Step(number - at) * TLanes.Step(logit - own);
            var earlier = TLanes.Step(at - number) * (one - TLanes.Step(own - logit));
            better += TLanes.Step(all - number) * (later + earlier);
        }

        return team.Sum(TLanes.Sum(better));
    }
}
