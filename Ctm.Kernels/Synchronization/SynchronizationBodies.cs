using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Synchronization;

internal struct PrepareDecays<TFloats> : IElementKernel<PrepareDecays<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Decay, Factors, Slopes, Betas;
    public float Low, High;
    public int Steps, Pairs;

    public static void Run<TLanes>(PrepareDecays<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes decay = body.Decay.Load<TLanes>(index, end), low = TLanes.Broadcast(body.Low), high = TLanes.Broadcast(body.High);
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f);
        var factor = TLanes.Exp(zero - TLanes.Min(TLanes.Max(decay, low), high));
        var inside = (one - TLanes.Step(low - decay)) * (one - TLanes.Step(decay - high));
        body.Factors.Store(index, end, factor);
        body.Slopes.Store(index, end, zero - (factor * inside));
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
        for (int i = start + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            var value = TLanes.Gather(state, body.Left, i, end) * TLanes.Gather(state, body.Right, i, end);
            if (body.IsFirst == 0)
            {
                value = TLanes.MultiplyAdd(body.Factors.Load<TLanes>(i, end), alpha.Load<TLanes>(i, end), value);
            }

            alpha.Store(i, end, value);
            output.Store(i, end, value / TLanes.Sqrt(body.Beta.Load<TLanes>(i, end)));
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
        int start = row * body.Block, pairs = body.Pairs, end = pairs - start < body.Block ? pairs : start + body.Block;
        for (int i = start + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f), factor = body.Factors.Load<TLanes>(i, end);
            TLanes current = TLanes.Max(body.Beta.Load<TLanes>(i, end), one), scale = one / TLanes.Sqrt(current);
            TLanes products = zero, changes = zero;
            TFloats gradients = body.OutputGradient, outputs = body.Output, previous = body.PreviousOutput, alphas = body.AlphaGradient;
            for (int sample = 0; sample < body.Batch; sample++)
            {
                var alpha = body.IsLast == 0 ? factor * alphas.Load<TLanes>(i, end) : zero;
                if (body.HasGradient != 0)
                {
                    var gradient = gradients.Load<TLanes>(i, end);
                    alpha = TLanes.MultiplyAdd(gradient, scale, alpha);
                    products = TLanes.MultiplyAdd(gradient, outputs.Load<TLanes>(i, end), products);
                    gradients = gradients.Skip(pairs);
                    outputs = outputs.Skip(pairs);
                }

                if (body.IsFirst == 0)
                {
                    changes = TLanes.MultiplyAdd(alpha, previous.Load<TLanes>(i, end), changes);
                    previous = previous.Skip(pairs);
                }

                alphas.Store(i, end, alpha);
                alphas = alphas.Skip(pairs);
            }

            var beta = TLanes.Broadcast(-0.5f) * products * scale * scale;
            if (body.IsLast == 0)
            {
                beta = TLanes.MultiplyAdd(factor, body.BetaGradient.Load<TLanes>(i, end), beta);
            }

            body.BetaGradient.Store(i, end, beta);
            if (body.IsFirst == 0)
            {
                var before = body.PreviousBeta.Load<TLanes>(i, end);
                var change = TLanes.MultiplyAdd(beta, before, changes * TLanes.Sqrt(before));
                var sum = TLanes.MultiplyAdd(body.Slopes.Load<TLanes>(i, end), change, body.DecayGradient.Load<TLanes>(i, end));
                body.DecayGradient.Store(i, end, sum);
            }
        }
    }
}
