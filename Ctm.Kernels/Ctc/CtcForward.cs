using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Losses;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Ctc;

/// <summary>The logarithm of each state's probability. A row is one sample at one tick; lanes and team run along the classes.</summary>
internal struct CtcEmissions<TFloats, TInts> : IRowKernel<CtcEmissions<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits;
    public CtcRows<TFloats, TInts> Rows;
    public int Classes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(CtcEmissions<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int tick = row / body.Rows.Batch, sample = row - (tick * body.Rows.Batch), classes = body.Classes;
        TFloats logits = body.Logits.Skip(row * classes);
        float largest = ClassParts<TFloats>.Largest<TLanes, TTeam>(logits, classes, team);
        TLanes most = TLanes.Broadcast(largest), sum = TLanes.Broadcast(0f), all = TLanes.Broadcast(classes);
        for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
        {
            var inside = TLanes.Step(all - TLanes.Broadcast(c) - TLanes.Ramp());
            sum += inside * TLanes.Exp(inside * (logits.Load<TLanes>(c, classes) - most));
        }

        float normalizer = largest + XMath.Log(team.Sum(TLanes.Sum(sum)));
        TFloats emissions = body.Rows.Emissions(sample, tick), paths = body.Rows.Paths(sample, tick), skips = body.Rows.Skips(sample);
        TInts targets = body.Rows.Targets.Skip(sample * body.Rows.TargetLength);
        int states = (2 * body.Rows.Length(sample)) + 1;
        for (int s = team.Index; s < states + CtcRows.Guards; s += team.Count)
        {
            int label = classes - 1;
            float skip = CtcRows.Never;
            if (s < states && (s & 1) != 0)
            {
                label = targets[s / 2];
                if (s > 2 && targets[(s / 2) - 1] != label)
                {
                    skip = 0f;
                }
            }

            // Behind the states only a number that is finite is needed: beta is Never there.
            emissions[s] = logits[label] - normalizer;
            if (tick == 0)
            {
                skips[s] = skip;
            }
        }

        if (team.Index == 0)
        {
            paths[-1] = CtcRows.Never;
            paths[-2] = CtcRows.Never;
        }
    }
}

/// <summary>alpha of every tick and state, and the loss. A row is a sample; lanes and team run along the states. On a device for lanes of width 1.</summary>
internal struct CtcPaths<TFloats, TInts> : IRowKernel<CtcPaths<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats SampleLosses;
    public CtcRows<TFloats, TInts> Rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(CtcPaths<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int length = body.Rows.Length(row), states = (2 * length) + 1;
        TFloats skips = body.Rows.Skips(row), previous = body.Rows.Paths(row, 0), first = body.Rows.Emissions(row, 0);
        for (int s = team.Index; s < states; s += team.Count)
        {
            previous[s] = s < 2 ? first[s] : CtcRows.Never;
        }

        team.Wait();
        float offset = 0f;
        for (int t = 1; t < body.Rows.Ticks; t++)
        {
            TFloats paths = body.Rows.Paths(row, t), emissions = body.Rows.Emissions(row, t);
            TFloats one = previous.Skip(-1), two = previous.Skip(-2);
            var most = TLanes.Broadcast(CtcRows.Never);
            for (int s = team.Index * TLanes.Width; s < states; s += team.Count * TLanes.Width)
            {
                var sum = Logarithms.Sum(
                    previous.Load<TLanes>(s, states),
                    one.Load<TLanes>(s, states),
                    two.Load<TLanes>(s, states) + skips.Load<TLanes>(s, states));
                sum += emissions.Load<TLanes>(s, states);
                paths.Store(s, states, sum);
                most = TLanes.Max(most, Logarithms.Inside(sum, s, states));
            }

            float largest = team.Largest(TLanes.Largest(most));
            for (int s = team.Index * TLanes.Width; s < states; s += team.Count * TLanes.Width)
            {
                paths.Store(s, states, paths.Load<TLanes>(s, states) - TLanes.Broadcast(largest));
            }

            offset += largest;
            previous = paths;
            team.Wait();
        }

        if (team.Index == 0)
        {
            // State -1, where there is no label, is a guard.
            float last = previous[states - 1], label = previous[states - 2], most = XMath.Max(last, label);
            float total = offset + most + XMath.Log(XMath.Exp(last - most) + XMath.Exp(label - most));
            body.SampleLosses[row] = most < CtcRows.Unlikely ? float.PositiveInfinity : -total / XMath.Max(1, length);
        }
    }
}
