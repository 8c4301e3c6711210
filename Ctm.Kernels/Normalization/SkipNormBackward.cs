using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// One row of SkipNormBackwardInput: the second normalisation's gradient as in <see cref="LayerNormBackwardInput{TFloats}"/>, then the
/// first's of what it gives. What a pass leaves for the next stands where the input's gradient goes.
/// </summary>
internal struct SkipNormBackwardInput<TFloats> : IRowKernel<SkipNormBackwardInput<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public SkipNormTerm<TFloats> Term;
    public TFloats InputGradient, SumGradient, SkipGradient;
    public int Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(SkipNormBackwardInput<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Term.Sum.Width, step = team.Count * TLanes.Width, full = width / TLanes.Width * TLanes.Width;
        TLanes sum = TLanes.Broadcast(0f), product = sum;
        int i = team.Index * TLanes.Width;
        for (; i < full; i += step)
        {
            Second(body, row, i, TLanes.Width, ref sum, ref product);
        }

        if (i < width)
        {
            Second(body, row, i, width - i, ref sum, ref product);
        }

        var mean = TLanes.Broadcast(team.Sum(TLanes.Sum(sum)) / width);
        var meanOfProduct = TLanes.Broadcast(team.Sum(TLanes.Sum(product)) / width);
        TLanes firstSum = TLanes.Broadcast(0f), firstProduct = firstSum;
        for (i = team.Index * TLanes.Width; i < full; i += step)
        {
            First(body, row, i, TLanes.Width, mean, meanOfProduct, ref firstSum, ref firstProduct);
        }

        if (i < width)
        {
            First(body, row, i, width - i, mean, meanOfProduct, ref firstSum, ref firstProduct);
        }

        mean = TLanes.Broadcast(team.Sum(TLanes.Sum(firstSum)) / width);
        meanOfProduct = TLanes.Broadcast(team.Sum(TLanes.Sum(firstProduct)) / width);
        for (i = team.Index * TLanes.Width; i < full; i += step)
        {
            Finish(body, row, i, TLanes.Width, mean, meanOfProduct);
        }

        if (i < width)
        {
            Finish(body, row, i, width - i, mean, meanOfProduct);
        }
    }

    // h = gradient * weight of the second normalisation. Absent lanes have h = 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Second<TLanes>(
        in SkipNormBackwardInput<TFloats> body, int row, int i, int count, ref TLanes sum, ref TLanes product)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int at = (row * body.Term.Sum.Width) + i;
        var x = SkipNormSum<TFloats>.Of<TLanes>(body.Term.Sum, row, i, count, out _, out _);
        var h = body.Term.OutputGradient.Skip(at).Load<TLanes>(0, count) * body.Term.SkipWeight.Skip(i).Load<TLanes>(0, count);
        body.InputGradient.Skip(at).Store(0, count, h);
        sum += h;
        product = TLanes.MultiplyAdd(h, SkipNormTerm<TFloats>.Normal(body.Term, row, x), product);
    }

    // The gradient of x, then h of the first normalisation.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void First<TLanes>(
        in SkipNormBackwardInput<TFloats> body,
        int row,
        int i,
        int count,
        TLanes mean,
        TLanes meanOfProduct,
        ref TLanes sum,
        ref TLanes product)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int at = (row * body.Term.Sum.Width) + i;
        var x = SkipNormSum<TFloats>.Of<TLanes>(body.Term.Sum, row, i, count, out var n, out var slope);
        TFloats place = body.InputGradient.Skip(at), skip = body.SkipGradient.Skip(at);
        var scale = TLanes.Broadcast(body.Term.SkipStatistics[(2 * row) + 1]);
        var g = scale * (place.Load<TLanes>(0, count) - mean - (SkipNormTerm<TFloats>.Normal(body.Term, row, x) * meanOfProduct));
        body.SumGradient.Skip(at).Store(0, count, g);
        skip.Store(0, count, body.Accumulate != 0 ? skip.Load<TLanes>(0, count) + g : g);

        // Absent lanes load weight 0.
        var h = g * slope * body.Term.Sum.Weight.Skip(i).Load<TLanes>(0, count);
        place.Store(0, count, h);
        sum += h;
        product = TLanes.MultiplyAdd(h, n, product);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes>(
        in SkipNormBackwardInput<TFloats> body, int row, int i, int count, TLanes mean, TLanes meanOfProduct)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int at = (row * body.Term.Sum.Width) + i;
        TLanes centre = TLanes.Broadcast(body.Term.Sum.Statistics[2 * row]);
        var scale = TLanes.Broadcast(body.Term.Sum.Statistics[(2 * row) + 1]);
        var n = (body.Term.Sum.Input.Skip(at).Load<TLanes>(0, count) - centre) * scale;
        TFloats place = body.InputGradient.Skip(at);
        place.Store(0, count, scale * (place.Load<TLanes>(0, count) - mean - (n * meanOfProduct)));
    }
}

/// <summary>What an element adds to the gradients of the second normalisation's weight and bias: g n, and g.</summary>
internal struct SkipNormTerm<TFloats> : IColumnTerm<SkipNormTerm<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public SkipNormSum<TFloats> Sum;
    public TFloats SkipWeight, SkipStatistics, OutputGradient;

    public static bool HasSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TLanes> At<TLanes>(in SkipNormTerm<TFloats> term, int row, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = SkipNormSum<TFloats>.Of<TLanes>(term.Sum, row, column, count, out _, out _);
        var g = term.OutputGradient.Skip((row * term.Sum.Width) + column).Load<TLanes>(0, count);
        return new Pair<TLanes>(g * Normal(term, row, x), g);
    }

    /// <summary>(x - mean) / deviation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Normal<TLanes>(in SkipNormTerm<TFloats> term, int row, TLanes x)
        where TLanes : unmanaged, ILanes<TLanes> =>
        (x - TLanes.Broadcast(term.SkipStatistics[2 * row])) * TLanes.Broadcast(term.SkipStatistics[(2 * row) + 1]);
}
