using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Synchronization;

internal struct PrepareDecays<TFloats> : IElementKernel<PrepareDecays<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Decay, Factors, Slopes, Betas;
    public float Low, High;

    /// <summary>The gradient of the clamp outside the bounds.</summary>
    public float Outside;

    public int Steps, Pairs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes>(PrepareDecays<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes decay = body.Decay.Load<TLanes>(index, end), low = TLanes.Broadcast(body.Low), high = TLanes.Broadcast(body.High);
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f);
        var factor = TLanes.Exp(zero - TLanes.Min(TLanes.Max(decay, low), high));
        var inside = (one - TLanes.Step(low - decay)) * (one - TLanes.Step(decay - high));
        body.Factors.Store(index, end, factor);
        body.Slopes.Store(index, end, zero - (factor * TLanes.Max(inside, TLanes.Broadcast(body.Outside))));
        TFloats row = body.Betas;
        var beta = one;
        for (int step = 0; step < body.Steps; step++)
        {
            row.Store(index, end, beta);
            beta = TLanes.MultiplyAdd(factor, beta, one);
            row = row.Skip(body.Pairs);
        }
    }
}

/// <summary>A row is a block of pairs of one sample.</summary>
internal struct SynchronizationForward<TFloats, TInts> : IRowKernel<SynchronizationForward<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats State, Factors, Beta, Alpha, Output;
    public TInts Left, Right;
    public int Neurons, Pairs, Block, Blocks, IsFirst;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SynchronizationForward<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int sample = row / body.Blocks, start = (row - (sample * body.Blocks)) * body.Block;
        int pairs = body.Pairs, end = pairs - start < body.Block ? pairs : start + body.Block;
        TFloats state = body.State.Skip(sample * body.Neurons);
        TFloats alpha = body.Alpha.Skip(sample * pairs), output = body.Output.Skip(sample * pairs);
        int i = start + (team.Index * TLanes.Width);
        for (; end - i >= TLanes.Width; i += team.Count * TLanes.Width)
        {
            Step<TLanes>(body, state, alpha, output, i, TLanes.Width);
        }

        if (i < end)
        {
            Step<TLanes>(body, state, alpha, output, i, end - i);
        }
    }

    // Inlined twice: where count is the constant width, the loads and stores lose their branch for the tail.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TLanes>(
        SynchronizationForward<TFloats, TInts> body, TFloats state, TFloats alpha, TFloats output, int i, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var value = TLanes.Gather(state, body.Left.Skip(i), 0, count) * TLanes.Gather(state, body.Right.Skip(i), 0, count);
        if (body.IsFirst == 0)
        {
            value = TLanes.MultiplyAdd(body.Factors.Skip(i).Load<TLanes>(0, count), alpha.Skip(i).Load<TLanes>(0, count), value);
        }

        alpha.Skip(i).Store(0, count, value);
        output.Skip(i).Store(0, count, value / TLanes.Sqrt(body.Beta.Skip(i).Load<TLanes>(0, count)));
    }
}

/// <summary>The rows of one, then those of the other.</summary>
internal struct SynchronizationForwardBoth<TFloats, TInts> : IRowKernel<SynchronizationForwardBoth<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public SynchronizationForward<TFloats, TInts> First, Second;
    public int FirstRows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SynchronizationForwardBoth<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        if (row < body.FirstRows)
        {
            SynchronizationForward<TFloats, TInts>.Run<TLanes, TTeam>(body.First, row, team);
        }
        else
        {
            SynchronizationForward<TFloats, TInts>.Run<TLanes, TTeam>(body.Second, row - body.FirstRows, team);
        }
    }
}

/// <summary>A row is a block of pairs; a worker walks over the samples and owns the sums of its pairs.</summary>
internal struct SynchronizationBackward<TFloats> : IRowKernel<SynchronizationBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats OutputGradient, Output, PreviousOutput, Factors, Slopes, Beta, PreviousBeta;
    public TFloats AlphaGradient, BetaGradient, DecayGradient;
    public int Batch, Pairs, Block, HasGradient, IsFirst, IsLast;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SynchronizationBackward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int start = row * body.Block, end = body.Pairs - start < body.Block ? body.Pairs : start + body.Block;
        int i = start + (team.Index * TLanes.Width);
        for (; end - i >= TLanes.Width; i += team.Count * TLanes.Width)
        {
            Walk<TLanes>(body, i, TLanes.Width);
        }

        if (i < end)
        {
            Walk<TLanes>(body, i, end - i);
        }
    }

    // Inlined twice: where count is the constant width, the loads and stores lose their branch for the tail.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Walk<TLanes>(SynchronizationBackward<TFloats> body, int i, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int pairs = body.Pairs, batch = body.Batch, hasGradient = body.HasGradient, isFirst = body.IsFirst, isLast = body.IsLast;
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f), factor = body.Factors.Skip(i).Load<TLanes>(0, count);
        TLanes current = TLanes.Max(body.Beta.Skip(i).Load<TLanes>(0, count), one), scale = one / TLanes.Sqrt(current);
        TLanes products = zero, changes = zero;
        TFloats gradients = body.OutputGradient.Skip(i), outputs = body.Output.Skip(i);
        TFloats previous = body.PreviousOutput.Skip(i), alphas = body.AlphaGradient.Skip(i);
        for (int sample = 0; sample < batch; sample++)
        {
            var alpha = isLast == 0 ? factor * alphas.Load<TLanes>(0, count) : zero;
            if (hasGradient != 0)
            {
                var gradient = gradients.Load<TLanes>(0, count);
                alpha = TLanes.MultiplyAdd(gradient, scale, alpha);
                products = TLanes.MultiplyAdd(gradient, outputs.Load<TLanes>(0, count), products);
                gradients = gradients.Skip(pairs);
                outputs = outputs.Skip(pairs);
            }

            if (isFirst == 0)
            {
                changes = TLanes.MultiplyAdd(alpha, previous.Load<TLanes>(0, count), changes);
                previous = previous.Skip(pairs);
            }

            alphas.Store(0, count, alpha);
            alphas = alphas.Skip(pairs);
        }

        var beta = TLanes.Broadcast(-0.5f) * products * scale * scale;
        TFloats betaGradient = body.BetaGradient.Skip(i);
        if (isLast == 0)
        {
            beta = TLanes.MultiplyAdd(factor, betaGradient.Load<TLanes>(0, count), beta);
        }

        betaGradient.Store(0, count, beta);
        if (isFirst == 0)
        {
            var before = body.PreviousBeta.Skip(i).Load<TLanes>(0, count);
            var change = TLanes.MultiplyAdd(beta, before, changes * TLanes.Sqrt(before));
            TFloats decay = body.DecayGradient.Skip(i);
            var slope = body.Slopes.Skip(i).Load<TLanes>(0, count);
            decay.Store(0, count, TLanes.MultiplyAdd(slope, change, decay.Load<TLanes>(0, count)));
        }
    }
}
