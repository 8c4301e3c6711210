using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Measurements;

/// <summary>Eight independent chains a lane vector, as many as hide the latency of a multiply-add.</summary>
internal struct MultiplyAddChains<TFloats> : IElementKernel<MultiplyAddChains<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Values;
    public int Rounds;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes>(MultiplyAddChains<TFloats> body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes x = body.Values.Load<TLanes>(index, end), factor = TLanes.Broadcast(0.75f), addend = TLanes.Broadcast(0.25f);
        TLanes a = x, b = x + a, c = x + b, d = x + c, e = x + d, f = x + e, g = x + f, h = x + g;
        for (int i = 0; i < body.Rounds; i++)
        {
            a = TLanes.MultiplyAdd(a, factor, addend);
            b = TLanes.MultiplyAdd(b, factor, addend);
            c = TLanes.MultiplyAdd(c, factor, addend);
            d = TLanes.MultiplyAdd(d, factor, addend);
            e = TLanes.MultiplyAdd(e, factor, addend);
            f = TLanes.MultiplyAdd(f, factor, addend);
            g = TLanes.MultiplyAdd(g, factor, addend);
            h = TLanes.MultiplyAdd(h, factor, addend);
        }

        body.Values.Store(index, end, (a + b + (c + d) + (e + f + (g + h))) * TLanes.Broadcast(0.125f));
    }
}
