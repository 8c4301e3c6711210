using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Elementwise;

/// <summary>Target[r] = (1 - Weights[r]) Source[r], plus Weights[r] Other where there is one, plus Target[r] where it accumulates.</summary>
internal struct BlendRow<TFloats> : IRowKernel<BlendRow<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source, Other, Weights, Target;
    public int Width, HasOther, Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(BlendRow<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width;
        float weight = body.Weights[row];
        TLanes own = TLanes.Broadcast(1f - weight), foreign = TLanes.Broadcast(weight);
        TFloats source = body.Source.Skip(row * width), target = body.Target.Skip(row * width);
        for (int i = team.Index * TLanes.Width; i < width; i += team.Count * TLanes.Width)
        {
            var value = own * source.Load<TLanes>(i, width);
            if (body.HasOther != 0)
            {
                value = TLanes.MultiplyAdd(foreign, body.Other.Load<TLanes>(i, width), value);
            }

            target.Store(i, width, body.Accumulate != 0 ? value + target.Load<TLanes>(i, width) : value);
        }
    }
}

/// <summary>The elements of a matrix [rows, width], each times its row's weight.</summary>
internal struct WeightedTerm<TFloats> : IColumnTerm<WeightedTerm<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source, Weights;
    public int Width;

    public static bool HasSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TLanes> At<TLanes>(in WeightedTerm<TFloats> term, int row, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = TLanes.Broadcast(term.Weights[row]) * term.Source.Skip((row * term.Width) + column).Load<TLanes>(0, count);
        return new Pair<TLanes>(x, x);
    }
}
