using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Embedding;

/// <summary>One index a row.</summary>
internal struct EmbeddingForward<TFloats, TInts> : IRowKernel<EmbeddingForward<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Table, Output;
    public TInts Indices;
    public int Rows, Width;

    public static void Run<TLanes, TTeam>(EmbeddingForward<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width, index = body.Indices[row];
        bool inside = index >= 0 && index < body.Rows;
        TFloats table = body.Table.Skip(inside ? index * width : 0), output = body.Output.Skip(row * width);
        var invalid = TLanes.Broadcast(float.NaN);
        for (int i = team.Index * TLanes.Width; i < width; i += team.Count * TLanes.Width)
        {
            if (inside)
            {
                output.Store(i, width, table.Load<TLanes>(i, width));
            }
            else
            {
                output.Store(i, width, invalid);
            }
        }
    }
}

/// <summary>
/// Sums [parts, Rows, Width]: a row of the launch is one row of the table in one part of the indices. Each worker keeps to its
/// own lanes, so that it reads back only what it wrote.
/// </summary>
internal struct EmbeddingBackward<TFloats, TInts> : IRowKernel<EmbeddingBackward<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats OutputGradient, Sums;
    public TInts Indices;
    public int Rows, Width, Count, PartCount;

    /// <summary>1 adds to the sums, 0 assigns.</summary>
    public int Accumulate;

    public static void Run<TLanes, TTeam>(EmbeddingBackward<TFloats, TInts> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int width = body.Width, part = row / body.Rows, index = row - (part * body.Rows);
        int from = part * body.PartCount, to = from + body.PartCount;
        int worker = team.Index * TLanes.Width, step = team.Count * TLanes.Width;
        to = to < body.Count ? to : body.Count;
        TFloats sums = body.Sums.Skip(row * width);
        if (body.Accumulate == 0)
        {
            var zero = TLanes.Broadcast(0f);
            for (int i = worker; i < width; i += step)
            {
                sums.Store(i, width, zero);
            }
        }

        for (int n = from; n < to; n++)
        {
            if (body.Indices[n] == index)
            {
                TFloats gradient = body.OutputGradient.Skip(n * width);
                for (int i = worker; i < width; i += step)
                {
                    sums.Store(i, width, sums.Load<TLanes>(i, width) + gradient.Load<TLanes>(i, width));
                }
            }
        }
    }
}
