namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// A place in memory, counted in lane vectors. Loops move it with Skip and index it with constants, so that the JIT
/// addresses it as [register + constant]; an int index in the loop costs 8 to 18 % of a kernel's speed.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TLanes">The element: a lane vector.</typeparam>
internal interface ILaneMemory<TSelf, TLanes>
    where TSelf : struct, ILaneMemory<TSelf, TLanes>
    where TLanes : unmanaged
{
    /// <summary>One lane vector.</summary>
    TLanes this[int offset] { get; set; }

    /// <summary>The place <paramref name="count"/> lane vectors further.</summary>
    TSelf Skip(int count);
}

/// <summary>Lane memory that starts at a place counted in floats.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="TLanes">The element: a lane vector.</typeparam>
/// <typeparam name="TFloats">The memory it lies in.</typeparam>
internal interface ILaneMemory<TSelf, TLanes, TFloats> : ILaneMemory<TSelf, TLanes>
    where TSelf : struct, ILaneMemory<TSelf, TLanes, TFloats>
    where TLanes : unmanaged
    where TFloats : struct
{
    /// <summary>The lane vector that starts here; on a device the place must be aligned to it.</summary>
    static abstract TSelf Of(TFloats start);
}
