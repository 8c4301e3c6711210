using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Optimizers;

/// <summary>The momentum of matrices, and the direction that looks one step ahead of it; chunks of other tensors stay as they are.</summary>
internal struct MuonMomentumBody<TFloats, TInts> : IRowKernel<MuonMomentumBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Gradients, Momentum, Directions, MatrixRates;
    public ArenaChunks<TFloats, TInts> Chunks;
    public float Decay;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(MuonMomentumBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        if (body.MatrixRates[body.Chunks.Tensors[row]] == 0f)
        {
            return;
        }

        int end = body.Chunks.Starts[row + 1];
        TLanes scale = TLanes.Broadcast(body.Chunks.GradientScale(row)), decay = TLanes.Broadcast(body.Decay);
        for (int i = body.Chunks.Starts[row] + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            var gradient = scale * body.Gradients.Load<TLanes>(i, end);
            var momentum = TLanes.MultiplyAdd(decay, body.Momentum.Load<TLanes>(i, end), gradient);
            body.Momentum.Store(i, end, momentum);
            body.Directions.Store(i, end, TLanes.MultiplyAdd(decay, momentum, gradient));
        }
    }
}

/// <summary>The step: matrices go along their directions, all else as AdamW has it.</summary>
internal struct MuonBody<TFloats, TInts> : IRowKernel<MuonBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Directions, MatrixRates;
    public AdamWBody<TFloats, TInts> Others;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(MuonBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        ArenaChunks<TFloats, TInts> chunks = body.Others.Chunks;
        float matrixRate = body.MatrixRates[chunks.Tensors[row]];
        if (matrixRate == 0f)
        {
            AdamWBody<TFloats, TInts>.Run<TLanes, TTeam>(body.Others, row, team);
            return;
        }

        int end = chunks.Starts[row + 1];
        TLanes keep = TLanes.Broadcast(1f - (body.Others.LearningRate * chunks.Decay(row)));
        TLanes lower = TLanes.Broadcast(chunks.Lower(row)), upper = TLanes.Broadcast(chunks.Upper(row));
        TLanes rate = TLanes.Broadcast(body.Others.LearningRate * matrixRate);
        for (int i = chunks.Starts[row] + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            var value = keep * TLanes.Min(TLanes.Max(body.Others.Parameters.Load<TLanes>(i, end), lower), upper);
            body.Others.Parameters.Store(i, end, value - (rate * body.Directions.Load<TLanes>(i, end)));
        }
    }
}
