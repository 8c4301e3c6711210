using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Synchronization;

/// <summary>A row is a block of pairs of one sample.</summary>
internal struct WindowedForward<TFloats, TInts> : IRowKernel<WindowedForward<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats States, Factors, Output;
    public TInts Left, Right;
    public int Batch, Neurons, Pairs, Window, Block, Blocks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(WindowedForward<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int sample = row / body.Blocks, start = (row - (sample * body.Blocks)) * body.Block;
        int pairs = body.Pairs, end = pairs - start < body.Block ? pairs : start + body.Block;
        TFloats output = body.Output.Skip(sample * pairs);
        for (int i = start + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            TLanes one = TLanes.Broadcast(1f), factor = body.Factors.Load<TLanes>(i, end);
            TLanes alpha = TLanes.Broadcast(0f), beta = TLanes.Broadcast(0f);
            TFloats state = body.States.Skip(sample * body.Neurons);
            for (int slot = 0; slot < body.Window; slot++)
            {
                var product = TLanes.Gather(state, body.Left, i, end) * TLanes.Gather(state, body.Right, i, end);
                alpha = TLanes.MultiplyAdd(factor, alpha, product);
                beta = TLanes.MultiplyAdd(factor, beta, one);
                state = state.Skip(body.Batch * body.Neurons);
            }

            output.Store(i, end, alpha / TLanes.Sqrt(beta));
        }
    }
}

/// <summary>
/// A row is a block of pairs; a worker walks over the samples and owns the sums of its pairs. The recurrence is run again together
/// with its derivative by r: d alpha_t = alpha_(t-1) + r d alpha_(t-1), and likewise for beta.
/// </summary>
internal struct WindowedBackward<TFloats, TInts> : IRowKernel<WindowedBackward<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats States, Factors, Slopes, Output, OutputGradient, AlphaGradient, DecayGradient;
    public TInts Left, Right;
    public int Batch, Neurons, Pairs, Window, Block;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(WindowedBackward<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int start = row * body.Block, pairs = body.Pairs, end = pairs - start < body.Block ? pairs : start + body.Block;
        for (int i = start + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f), factor = body.Factors.Load<TLanes>(i, end);
            TLanes beta = zero, betaChange = zero, change = zero;
            for (int slot = 0; slot < body.Window; slot++)
            {
                betaChange = TLanes.MultiplyAdd(factor, betaChange, beta);
                beta = TLanes.MultiplyAdd(factor, beta, one);
            }

            TLanes scale = one / TLanes.Sqrt(beta), half = TLanes.Broadcast(0.5f) * betaChange / beta;
            for (int sample = 0; sample < body.Batch; sample++)
            {
                TLanes alpha = zero, alphaChange = zero;
                TFloats state = body.States.Skip(sample * body.Neurons);
                for (int slot = 0; slot < body.Window; slot++)
                {
                    var product = TLanes.Gather(state, body.Left, i, end) * TLanes.Gather(state, body.Right, i, end);
                    alphaChange = TLanes.MultiplyAdd(factor, alphaChange, alpha);
                    alpha = TLanes.MultiplyAdd(factor, alpha, product);
                    state = state.Skip(body.Batch * body.Neurons);
                }

                TLanes output = body.Output.Skip(sample * pairs).Load<TLanes>(i, end);
                var gradient = body.OutputGradient.Skip(sample * pairs).Load<TLanes>(i, end);
                body.AlphaGradient.Skip(sample * pairs).Store(i, end, gradient * scale);
                change = TLanes.MultiplyAdd(gradient, (alphaChange * scale) - (output * half), change);
            }

            var sum = TLanes.MultiplyAdd(body.Slopes.Load<TLanes>(i, end), change, body.DecayGradient.Load<TLanes>(i, end));
            body.DecayGradient.Store(i, end, sum);
        }
    }
}

/// <summary>Ages the gradient of alpha by one state: multiplies every sample's row by r.</summary>
internal struct AgeGradient<TFloats> : IRowKernel<AgeGradient<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Factors, AlphaGradient;
    public int Pairs;

    public static void Run<TLanes, TTeam>(AgeGradient<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int pairs = body.Pairs;
        TFloats gradient = body.AlphaGradient.Skip(row * pairs);
        for (int i = team.Index * TLanes.Width; i < pairs; i += team.Count * TLanes.Width)
        {
            gradient.Store(i, pairs, gradient.Load<TLanes>(i, pairs) * body.Factors.Load<TLanes>(i, pairs));
        }
    }
}
