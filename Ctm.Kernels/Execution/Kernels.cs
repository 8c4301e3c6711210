using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Execution;

/// <summary>A kernel whose outputs each depend on their own place only: done in lane vectors over a flat range.</summary>
internal interface IElementKernel<TSelf>
    where TSelf : struct, IElementKernel<TSelf>
{
    /// <summary>Does the elements from <paramref name="index"/>, a lane vector of them, those before <paramref name="end"/>.</summary>
    static abstract void Run<TLanes>(TSelf body, int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>A kernel over rows that a team works on together; its lanes run along the row.</summary>
internal interface IRowKernel<TSelf>
    where TSelf : struct, IRowKernel<TSelf>
{
    /// <summary>Does one row. All workers of the team call it with the same row.</summary>
    static abstract void Run<TLanes, TTeam>(TSelf body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam;
}

/// <summary>A kernel over items that one worker does alone, one after another.</summary>
internal interface IItemKernel<TSelf>
    where TSelf : struct, IItemKernel<TSelf>
{
    /// <summary>Does one item.</summary>
    static abstract void Run(TSelf body, int item);
}

/// <summary>A kernel over blocks of neurons, a lane vector of them, that keeps arrays in a layout of its own.</summary>
internal interface IBlockKernel<TSelf, TFloats>
    where TSelf : struct, IBlockKernel<TSelf, TFloats>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Does one part of one block. On the host one worker does all parts of a block, in order.</summary>
    static abstract void Run<TLanes, TMemory, TLayout>(TSelf body, TLayout layout, int block, int part)
        where TLanes : unmanaged, ILanes<TLanes>
        where TMemory : struct, ILaneMemory<TMemory, TLanes, TFloats>
        where TLayout : struct, INeuronLayout;
}

/// <summary>
/// A kernel that thread groups work on together, through shared memory: for devices only, where the host's decomposition would leave a
/// device idle. It finds its place from ILGPU's Grid and Group, both of two dimensions.
/// </summary>
internal interface IGroupKernel<TSelf>
    where TSelf : struct, IGroupKernel<TSelf>
{
    /// <summary>Does one thread's part.</summary>
    static abstract void Run(TSelf body);
}

/// <summary>How many groups of how many threads.</summary>
internal readonly record struct GroupGrid(int Columns, int Rows, int Width, int Height);
