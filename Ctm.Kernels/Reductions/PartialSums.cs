using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Reductions;

/// <summary>Adds the chunks' sums of one block of columns, chunk after chunk.</summary>
internal struct PartialSums<TFloats> : IRowKernel<PartialSums<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Shape [chunks, width].</summary>
    public TFloats First, Second;

    /// <summary>Shape [width].</summary>
    public TFloats FirstTarget, SecondTarget;

    public int Chunks, Width, HasSecond, Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(PartialSums<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int end = (row + 1) * ColumnChunks.BlockColumns;
        end = end < body.Width ? end : body.Width;
        for (int i = (row * ColumnChunks.BlockColumns) + (team.Index * TLanes.Width); i < end; i += team.Count * TLanes.Width)
        {
            Add<TLanes>(body, body.First, body.FirstTarget, i, end);
            if (body.HasSecond != 0)
            {
                Add<TLanes>(body, body.Second, body.SecondTarget, i, end);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TLanes>(in PartialSums<TFloats> body, TFloats partial, TFloats target, int i, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var sum = TLanes.Broadcast(0f);
        for (int c = 0; c < body.Chunks; c++)
        {
            sum += partial.Skip(c * body.Width).Load<TLanes>(i, end);
        }

        target.Store(i, end, body.Accumulate != 0 ? target.Load<TLanes>(i, end) + sum : sum);
    }
}
