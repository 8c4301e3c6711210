using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// One row of LayerNormBackwardInput. With n the normalised x, g the gradient by n * weight + bias and h = g * weight:
/// dx = (h - mean(h) - n * mean(h n)) / deviation. The first pass leaves h where dx goes.
/// </summary>
internal struct LayerNormBackwardInput<TFloats> : IRowKernel<LayerNormBackwardInput<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public LayerNormTerm<TFloats> Term;
    public TFloats InputGradient;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(LayerNormBackwardInput<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Term.Width, step = team.Count * TLanes.Width, full = width / TLanes.Width * TLanes.Width;
        TFloats inputGradient = body.InputGradient.Skip(row * width);
        TLanes sum = TLanes.Broadcast(0f), product = sum;
        int i = team.Index * TLanes.Width;
        for (; i < full; i += step)
        {
            var h = Scaled<TLanes>(body, inputGradient, row, i, TLanes.Width, out var n);
            sum += h;
            product = TLanes.MultiplyAdd(h, n, product);
        }

        if (i < width)
        {
            // Absent lanes have h = 0, so that nothing of n counts there.
            var h = Scaled<TLanes>(body, inputGradient, row, i, width - i, out var n);
            sum += h;
            product = TLanes.MultiplyAdd(h, n, product);
        }

        var meanOfH = TLanes.Broadcast(team.Sum(TLanes.Sum(sum)) / width);
        var meanOfProduct = TLanes.Broadcast(team.Sum(TLanes.Sum(product)) / width);
        for (i = team.Index * TLanes.Width; i < full; i += step)
        {
            Finish(body, inputGradient, row, i, TLanes.Width, meanOfH, meanOfProduct);
        }

        if (i < width)
        {
            Finish(body, inputGradient, row, i, width - i, meanOfH, meanOfProduct);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Scaled<TLanes>(
        in LayerNormBackwardInput<TFloats> body, TFloats inputGradient, int row, int i, int count, out TLanes n)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var g = LayerNormTerm<TFloats>.Gradient<TLanes>(body.Term, row, i, count, out n);
        var h = g * body.Term.Weight.Skip(i).Load<TLanes>(0, count);
        inputGradient.Skip(i).Store(0, count, h);
        return h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes>(
        in LayerNormBackwardInput<TFloats> body, TFloats inputGradient, int row, int i, int count, TLanes meanOfH, TLanes meanOfProduct)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var n = LayerNormTerm<TFloats>.Normal<TLanes>(body.Term, row, i, count);
        TFloats place = inputGradient.Skip(i);
        var scale = TLanes.Broadcast(body.Term.Statistics[(2 * row) + 1]);
        place.Store(0, count, scale * (place.Load<TLanes>(0, count) - meanOfH - (n * meanOfProduct)));
    }
}

/// <summary>What an element adds to the gradients of its column's weight and bias: g n, and g.</summary>
internal struct LayerNormTerm<TFloats> : IColumnTerm<LayerNormTerm<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Addend, Weight, Bias, Statistics, OutputGradient;
    public int Width, HasAddend, Silu;

    public static bool HasSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TLanes> At<TLanes>(in LayerNormTerm<TFloats> term, int row, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var g = Gradient<TLanes>(term, row, column, count, out var n);
        return new Pair<TLanes>(g * n, g);
    }

    /// <summary>The gradient by n * weight + bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Gradient<TLanes>(in LayerNormTerm<TFloats> term, int row, int column, int count, out TLanes n)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        n = Normal<TLanes>(term, row, column, count);
        var g = term.OutputGradient.Skip((row * term.Width) + column).Load<TLanes>(0, count);
        if (term.Silu != 0)
        {
            var y = TLanes.MultiplyAdd(n, term.Weight.Skip(column).Load<TLanes>(0, count), term.Bias.Skip(column).Load<TLanes>(0, count));
            TLanes s = TLanes.Sigmoid(y), one = TLanes.Broadcast(1f);
            g = g * s * TLanes.MultiplyAdd(y, one - s, one);
        }

        return g;
    }

    /// <summary>(x - mean) / deviation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Normal<TLanes>(in LayerNormTerm<TFloats> term, int row, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = term.Input.Skip((row * term.Width) + column).Load<TLanes>(0, count);
        x = term.HasAddend != 0 ? x + term.Addend.Skip((row * term.Width) + column).Load<TLanes>(0, count) : x;
        TLanes mean = TLanes.Broadcast(term.Statistics[2 * row]), scale = TLanes.Broadcast(term.Statistics[(2 * row) + 1]);
        return (x - mean) * scale;
    }
}
