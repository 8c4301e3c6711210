using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Losses;

/// <summary>What the chosen ticks and the positions that count say about one row, a sample at a tick.</summary>
internal struct TickWeights<TInts>
    where TInts : struct, IMemory<TInts, int>
{
    public TInts First, Second;
    public CountedPositions<TInts> Counted;
    public float Scale;

    /// <summary>What every tick weighs beside the chosen ones.</summary>
    public float EveryTick;

    /// <summary>The sample of a row.</summary>
    public readonly int SampleOf(int row) => row - (row / Counted.Batch * Counted.Batch);

    /// <summary>The factor of (softmax - one-hot) in a row; 0 at ticks that do not count.</summary>
    public readonly float Of(int row)
    {
        int tick = row / Counted.Batch, sample = row - (tick * Counted.Batch), counted = Counted.Of(sample);
        int chosen = (First[sample] == tick ? 1 : 0) + (Second[sample] == tick ? 1 : 0);
        float weight = (0.5f * chosen) + EveryTick;
        return weight == 0f || counted == 0 ? 0f : weight * Scale / counted / Counted.Batch;
    }
}

/// <summary>Few classes: the team shares the positions, each worker goes over the classes of its own.</summary>
internal struct PositionGradient<TFloats, TInts> : IRowKernel<PositionGradient<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits, Gradient;
    public TInts Targets;
    public TickWeights<TInts> Weights;
    public int Classes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(PositionGradient<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int positions = body.Weights.Counted.Positions, classes = body.Classes, end = positions * classes;
        TFloats logits = body.Logits.Skip(row * end), gradient = body.Gradient.Skip(row * end);
        float weight = body.Weights.Of(row);
        if (weight == 0f)
        {
            for (int i = team.Index * TLanes.Width; i < end; i += team.Count * TLanes.Width)
            {
                gradient.Store(i, end, TLanes.Broadcast(0f));
            }

            return;
        }

        int sample = body.Weights.SampleOf(row), counted = body.Weights.Counted.Of(sample);
        for (int s = team.Index; s < positions; s += team.Count)
        {
            int target = body.Targets[(sample * positions) + s];
            Softmax(logits.Skip(s * classes), gradient.Skip(s * classes), target, classes, s < counted ? weight : 0f);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(TFloats logits, TFloats gradient, int target, int classes, float weight)
    {
        float largest = logits[0], sum = 0f;
        for (int c = 1; c < classes; c++)
        {
            largest = XMath.Max(largest, logits[c]);
        }

        for (int c = 0; c < classes; c++)
        {
            float exp = XMath.Exp(logits[c] - largest);
            gradient[c] = exp;
            sum += exp;
        }

        float share = 1f / sum;
        for (int c = 0; c < classes; c++)
        {
            gradient[c] = weight * ((gradient[c] * share) - (c == target ? 1f : 0f));
        }
    }
}

/// <summary>Many classes: lanes and team run along them.</summary>
internal struct ClassGradient<TFloats, TInts> : IRowKernel<ClassGradient<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits, Gradient;
    public TInts Targets;
    public TickWeights<TInts> Weights;
    public int Classes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(ClassGradient<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int positions = body.Weights.Counted.Positions, classes = body.Classes;
        int sample = body.Weights.SampleOf(row), counted = body.Weights.Counted.Of(sample);
        float rowWeight = body.Weights.Of(row);
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f), all = TLanes.Broadcast(classes);
        // Two loops, as PoCL's compiler fails on barriers behind a condition.
        int active = rowWeight == 0f ? 0 : counted;
        for (int s = 0; s < active; s++)
        {
            int place = ((row * positions) + s) * classes;
            TFloats logits = body.Logits.Skip(place), gradient = body.Gradient.Skip(place);
            var most = TLanes.Broadcast(ClassParts<TFloats>.Largest<TLanes, TTeam>(logits, classes, team));
            var sum = zero;
            for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
            {
                var inside = TLanes.Step(all - TLanes.Broadcast(c) - TLanes.Ramp());
                var exp = inside * TLanes.Exp(inside * (logits.Load<TLanes>(c, classes) - most));
                gradient.Store(c, classes, exp);
                sum += exp;
            }

            TLanes share = TLanes.Broadcast(1f / team.Sum(TLanes.Sum(sum))), factor = TLanes.Broadcast(rowWeight);
            var target = TLanes.Broadcast(body.Targets[(sample * positions) + s]);
            for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
            {
                var off = TLanes.Broadcast(c) + TLanes.Ramp() - target;
                var hit = one - TLanes.Step(off * off);
                gradient.Store(c, classes, factor * ((gradient.Load<TLanes>(c, classes) * share) - hit));
            }
        }

        for (int s = active; s < positions; s++)
        {
            TFloats gradient = body.Gradient.Skip(((row * positions) + s) * classes);
            for (int c = team.Index * TLanes.Width; c < classes; c += team.Count * TLanes.Width)
            {
                gradient.Store(c, classes, zero);
            }
        }
    }
}
