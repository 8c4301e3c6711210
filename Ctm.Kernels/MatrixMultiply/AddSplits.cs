using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The second half of a product whose k was split: C[m, n] = parts 0, 1, ... in this order, plus bias, plus C where it accumulates.
/// Launched over the elements of C.
/// </summary>
internal struct AddSplits<TFloats> : IElementKernel<AddSplits<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Parts [Splits, M, N], C [M, N] in rows of Leading, Bias [N].</summary>
    public TFloats Parts, C, Bias;
    public int Splits, N, Leading, HasBias, Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(AddSplits<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = body.Parts.Load<TLanes>(index, end);
        for (int split = 1; split < body.Splits; split++)
        {
            sum += body.Parts.Load<TLanes>((split * end) + index, (split + 1) * end);
        }

        int row = index / body.N, column = index - (row * body.N), place = (row * body.Leading) + column;
        if (body.HasBias != 0)
        {
            sum += body.Bias.Load<TLanes>(column, body.N);
        }

        if (body.Accumulate != 0)
        {
            sum += body.C.Load<TLanes>(place, place + TLanes.Width);
        }

        body.C.Store(place, place + TLanes.Width, sum);
    }
}
