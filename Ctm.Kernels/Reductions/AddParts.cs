using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Reductions;

/// <summary>
/// Total[i] += Parts[0, i] + Parts[1, i] + ..., in this order: the second half of a sum whose first half was divided among
/// workers. Launched over elements 0..Length.
/// </summary>
internal struct AddParts<TFloats> : IElementKernel<AddParts<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Parts [Count, Length], Total [Length].</summary>
    public TFloats Parts, Total;
    public int Count, Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLanes>(AddParts<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = body.Parts.Load<TLanes>(index, end);
        for (int part = 1; part < body.Count; part++)
        {
            sum += body.Parts.Load<TLanes>((part * body.Length) + index, (part * body.Length) + end);
        }

        body.Total.Store(index, end, body.Total.Load<TLanes>(index, end) + sum);
    }
}
