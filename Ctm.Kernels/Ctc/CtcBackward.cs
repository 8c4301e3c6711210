using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Losses;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Ctc;

/// <summary>
/// The share that each state has of all paths at every tick, over alpha. A row is a sample; lanes and team run along the states. On a
/// device for lanes of width 1.
/// </summary>
internal struct CtcOccupancies<TFloats, TInts> : IRowKernel<CtcOccupancies<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public CtcRows<TFloats, TInts> Rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(CtcOccupancies<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int states = (2 * body.Rows.Length(row)) + 1, last = body.Rows.Ticks - 1;
        TFloats rest = body.Rows.Rest(row, last), other = body.Rows.Rest(row, last + 1), skips = body.Rows.Skips(row).Skip(2);
        for (int s = team.Index; s < states + CtcRows.Guards; s += team.Count)
        {
            rest[s] = s < states && s >= states - 2 ? 0f : CtcRows.Never;
            other[s] = CtcRows.Never;
        }

        team.Wait();
        Share<TLanes, TTeam>(body.Rows.Paths(row, last), rest, states, team);
        for (int t = last; t > 0; t--)
        {
            TFloats emissions = body.Rows.Emissions(row, t), next = body.Rows.Rest(row, t - 1);
            Advance<TLanes, TTeam>(rest, emissions, skips, next, states, team);
            rest = next;
            Share<TLanes, TTeam>(body.Rows.Paths(row, t - 1), rest, states, team);
        }
    }

    /// <summary>beta of the tick before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance<TLanes, TTeam>(TFloats rest, TFloats emissions, TFloats skips, TFloats next, int states, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        TFloats rest1 = rest.Skip(1), rest2 = rest.Skip(2), emissions1 = emissions.Skip(1), emissions2 = emissions.Skip(2);
        var most = TLanes.Broadcast(CtcRows.Never);
        for (int s = team.Index * TLanes.Width; s < states; s += team.Count * TLanes.Width)
        {
            var sum = Logarithms.Sum(
                rest.Load<TLanes>(s, states) + emissions.Load<TLanes>(s, states),
                rest1.Load<TLanes>(s, states) + emissions1.Load<TLanes>(s, states),
                rest2.Load<TLanes>(s, states) + emissions2.Load<TLanes>(s, states) + skips.Load<TLanes>(s, states));
            next.Store(s, states, sum);
            most = TLanes.Max(most, Logarithms.Inside(sum, s, states));
        }

        var largest = TLanes.Broadcast(team.Largest(TLanes.Largest(most)));
        for (int s = team.Index * TLanes.Width; s < states; s += team.Count * TLanes.Width)
        {
            next.Store(s, states, next.Load<TLanes>(s, states) - largest);
        }

        team.Wait();
    }

    /// <summary>exp(alpha + beta), scaled to a sum of 1, in alpha's place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Share<TLanes, TTeam>(TFloats paths, TFloats rest, int states, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        var most = TLanes.Broadcast(CtcRows.Never);
        for (int s = team.Index * TLanes.Width; s < states; s += team.Count * TLanes.Width)
        {
            most = TLanes.Max(most, Logarithms.Inside(paths.Load<TLanes>(s, states) + rest.Load<TLanes>(s, states), s, states));
        }

        TLanes largest = TLanes.Broadcast(team.Largest(TLanes.Largest(most))), sum = TLanes.Broadcast(0f);
        for (int s = team.Index * TLanes.Width; s < states; s += team.Count * TLanes.Width)
        {
            var value = Logarithms.Inside(paths.Load<TLanes>(s, states) + rest.Load<TLanes>(s, states), s, states);
            var share = Logarithms.Exp(value - largest);
            paths.Store(s, states, share);
            sum += share;
        }

        var scale = TLanes.Broadcast(1f / team.Sum(TLanes.Sum(sum)));
        for (int s = team.Index * TLanes.Width; s < states; s += team.Count * TLanes.Width)
        {
            paths.Store(s, states, scale * paths.Load<TLanes>(s, states));
        }
    }
}

/// <summary>softmax - occupancy of each class. A row is one sample at one tick; lanes and team run along the classes.</summary>
internal struct CtcGradient<TFloats, TInts> : IRowKernel<CtcGradient<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits, SampleLosses, Gradient;
    public CtcRows<TFloats, TInts> Rows;
    public int Classes;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(CtcGradient<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int tick = row / body.Rows.Batch, sample = row - (tick * body.Rows.Batch), classes = body.Classes;
        int length = body.Rows.Length(sample);
        TFloats logits = body.Logits.Skip(row * classes), gradient = body.Gradient.Skip(row * classes);
        TFloats shares = body.Rows.Paths(sample, tick);
        TInts targets = body.Rows.Targets.Skip(sample * body.Rows.TargetLength);
        var most = TLanes.Broadcast(ClassParts<TFloats>.Largest<TLanes, TTeam>(logits, classes, team));
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f), all = TLanes.Broadcast(classes), sum = zero;
        for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
        {
            var inside = TLanes.Step(all - TLanes.Broadcast(c) - TLanes.Ramp());
            var exp = inside * TLanes.Exp(inside * (logits.Load<TLanes>(c, classes) - most));
            gradient.Store(c, classes, exp);
            sum += exp;
        }

        var softmax = TLanes.Broadcast(1f / team.Sum(TLanes.Sum(sum)));
        float blanks = 0f;
        for (int k = team.Index; k <= length; k += team.Count)
        {
            blanks += shares[2 * k];
        }

        blanks = team.Sum(blanks);
        float weight = body.SampleLosses[sample] > float.MaxValue ? 0f : body.Scale / body.Rows.Batch / (length > 0 ? length : 1);
        for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
        {
            var number = TLanes.Broadcast(c) + TLanes.Ramp();
            var off = number - TLanes.Broadcast(classes - 1);
            var share = (one - TLanes.Step(off * off)) * TLanes.Broadcast(blanks);
            for (int k = 0; k < length; k++)
            {
                off = number - TLanes.Broadcast(targets[k]);
                share = TLanes.MultiplyAdd(one - TLanes.Step(off * off), TLanes.Broadcast(shares[(2 * k) + 1]), share);
            }

            gradient.Store(c, classes, TLanes.Broadcast(weight) * ((softmax * gradient.Load<TLanes>(c, classes)) - share));
        }
    }
}
