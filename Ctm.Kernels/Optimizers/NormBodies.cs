using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Optimizers;

/// <summary>The sum of squares of each chunk.</summary>
internal struct ChunkSquares<TFloats, TInts> : IRowKernel<ChunkSquares<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Gradients, Partial;
    public TInts Starts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(ChunkSquares<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = body.Starts[row + 1], step = team.Count * TLanes.Width, i = body.Starts[row] + (team.Index * TLanes.Width);
        TLanes a = TLanes.Broadcast(0f), b = a, c = a, d = a;
        for (; i + (3 * step) < end; i += 4 * step)
        {
            TLanes w = body.Gradients.Load<TLanes>(i, end), x = body.Gradients.Load<TLanes>(i + step, end);
            TLanes y = body.Gradients.Load<TLanes>(i + (2 * step), end), z = body.Gradients.Load<TLanes>(i + (3 * step), end);
            a = TLanes.MultiplyAdd(w, w, a);
            b = TLanes.MultiplyAdd(x, x, b);
            c = TLanes.MultiplyAdd(y, y, c);
            d = TLanes.MultiplyAdd(z, z, d);
        }

        for (; i < end; i += step)
        {
            var w = body.Gradients.Load<TLanes>(i, end);
            a = TLanes.MultiplyAdd(w, w, a);
        }

        float sum = team.Sum(TLanes.Sum(a + b + (c + d)));
        if (team.Index == 0)
        {
            body.Partial[row] = sum;
        }
    }
}

/// <summary>
/// Norms from the chunks' sums of squares: a row is a tensor, or the whole arena. On a device for lanes of width 1.
/// </summary>
internal struct NormBody<TFloats, TInts> : IRowKernel<NormBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Partial, Norms, Factor;
    public TInts TensorChunks;

    /// <summary>Chunks of the whole arena, or -1: each tensor for itself.</summary>
    public int Whole;

    /// <summary>1 where Factor is wanted, else 0.</summary>
    public int HasFactor;

    public float Maximum;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(NormBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int first = 0, end = body.Whole;
        if (body.Whole < 0)
        {
            first = body.TensorChunks[row];
            end = body.TensorChunks[row + 1];
        }

        var sum = TLanes.Broadcast(0f);
        for (int i = first + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            sum += body.Partial.Load<TLanes>(i, end);
        }

        float norm = XMath.Sqrt(team.Sum(TLanes.Sum(sum)));
        if (team.Index == 0)
        {
            body.Norms[row] = norm;
            if (body.HasFactor != 0)
            {
                float factor = body.Maximum / (norm + 1e-6f);
                body.Factor[0] = factor > 1f ? 1f : factor;
            }
        }
    }
}

internal struct ScaleTensorsBody<TFloats, TInts> : IRowKernel<ScaleTensorsBody<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Gradients, Factors;
    public TInts Starts, Tensors;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(ScaleTensorsBody<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = body.Starts[row + 1];
        var factor = TLanes.Broadcast(body.Factors[body.Tensors[row]]);
        for (int i = body.Starts[row] + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            body.Gradients.Store(i, end, factor * body.Gradients.Load<TLanes>(i, end));
        }
    }
}
