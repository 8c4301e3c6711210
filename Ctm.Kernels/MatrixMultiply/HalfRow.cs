using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Packs a matrix whose elements are kept in half precision: a row of Width elements from Leading floats to dense ones.</summary>
internal struct HalfRow<TFloats, TStored> : IRowKernel<HalfRow<TFloats, TStored>>
    where TFloats : struct, IMemory<TFloats, float>
    where TStored : struct, IMemory<TStored, float>
{
    public TFloats Source;
    public TStored Target;
    public int Leading, Width;

    public static void Run<TLanes, TTeam>(HalfRow<TFloats, TStored> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int from = row * body.Leading, to = row * body.Width;
        for (int i = team.Index * TLanes.Width; i < body.Width; i += team.Count * TLanes.Width)
        {
            body.Target.Store(to + i, to + body.Width, body.Source.Load<TLanes>(from + i, from + body.Width));
        }
    }
}
