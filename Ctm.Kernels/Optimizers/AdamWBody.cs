using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Optimizers;

/// <summary>What every step over the arena shares: a row is a chunk, its tensor has settings, gradients have a factor.</summary>
internal struct ArenaChunks<TFloats, TInts>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TInts Starts, Tensors;
    public TFloats Settings, Scale;

    /// <summary>1 where present, else 0.</summary>
    public int HasSettings, HasScale;

    /// <summary>1 where every tensor has a scale of its own, else 0.</summary>
    public int ScaleStep;

    public readonly float GradientScale(int row) => HasScale != 0 ? Scale[ScaleStep * Tensors[row]] : 1f;

    public readonly float Decay(int row) => HasSettings != 0 ? Settings[OptimizerKernels.SettingsPerTensor * Tensors[row]] : 0f;

    public readonly float Lower(int row) =>
        HasSettings != 0 ? Settings[(OptimizerKernels.SettingsPerTensor * Tensors[row]) + 1] : float.NegativeInfinity;

    public readonly float Upper(int row) =>
        HasSettings != 0 ? Settings[(OptimizerKernels.SettingsPerTensor * Tensors[row]) + 2] : float.PositiveInfinity;
}

internal struct AdamWBody<TFloats, TInts> : IRowKernel<AdamWBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Parameters, Gradients, FirstMoment, SecondMoment;
    public ArenaChunks<TFloats, TInts> Chunks;
    public float LearningRate, Beta1, Rest1, Beta2, Rest2, StepSize, Root2, Epsilon;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(AdamWBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = body.Chunks.Starts[row + 1];
        TLanes scale = TLanes.Broadcast(body.Chunks.GradientScale(row));
        TLanes keep = TLanes.Broadcast(1f - (body.LearningRate * body.Chunks.Decay(row)));
        TLanes lower = TLanes.Broadcast(body.Chunks.Lower(row)), upper = TLanes.Broadcast(body.Chunks.Upper(row));
        TLanes beta1 = TLanes.Broadcast(body.Beta1), rest1 = TLanes.Broadcast(body.Rest1);
        TLanes beta2 = TLanes.Broadcast(body.Beta2), rest2 = TLanes.Broadcast(body.Rest2);
        TLanes step = TLanes.Broadcast(body.StepSize), root2 = TLanes.Broadcast(body.Root2), epsilon = TLanes.Broadcast(body.Epsilon);
        for (int i = body.Chunks.Starts[row] + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            var gradient = scale * body.Gradients.Load<TLanes>(i, end);
            var first = TLanes.MultiplyAdd(beta1, body.FirstMoment.Load<TLanes>(i, end), rest1 * gradient);
            var second = TLanes.MultiplyAdd(beta2, body.SecondMoment.Load<TLanes>(i, end), rest2 * gradient * gradient);
            var value = keep * TLanes.Min(TLanes.Max(body.Parameters.Load<TLanes>(i, end), lower), upper);
            value -= step * first / ((TLanes.Sqrt(second) / root2) + epsilon);
            body.FirstMoment.Store(i, end, first);
            body.SecondMoment.Store(i, end, second);
            body.Parameters.Store(i, end, value);
        }
    }
}

internal struct SgdBody<TFloats, TInts> : IRowKernel<SgdBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Parameters, Gradients, Momentum;
    public ArenaChunks<TFloats, TInts> Chunks;
    public float LearningRate, MomentumDecay;
    public int HasMomentum;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SgdBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = body.Chunks.Starts[row + 1];
        TLanes scale = TLanes.Broadcast(body.Chunks.GradientScale(row)), decay = TLanes.Broadcast(body.Chunks.Decay(row));
        TLanes lower = TLanes.Broadcast(body.Chunks.Lower(row)), upper = TLanes.Broadcast(body.Chunks.Upper(row));
        TLanes rate = TLanes.Broadcast(body.LearningRate), momentum = TLanes.Broadcast(body.MomentumDecay);
        for (int i = body.Chunks.Starts[row] + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            var value = TLanes.Min(TLanes.Max(body.Parameters.Load<TLanes>(i, end), lower), upper);
            var change = TLanes.MultiplyAdd(decay, value, scale * body.Gradients.Load<TLanes>(i, end));
            if (body.HasMomentum != 0)
            {
                change = TLanes.MultiplyAdd(momentum, body.Momentum.Load<TLanes>(i, end), change);
                body.Momentum.Store(i, end, change);
            }

            body.Parameters.Store(i, end, value - (rate * change));
        }
    }
}
