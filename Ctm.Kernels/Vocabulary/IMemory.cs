using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// A place in memory. Loops move it with Skip and index it with constants, so that the JIT addresses it as
/// [register + constant].
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="T">The element.</typeparam>
public interface IMemory<TSelf, T>
    where TSelf : struct, IMemory<TSelf, T>
    where T : unmanaged
{
    /// <summary>The start of a view. Called where a kernel is launched, never inside one.</summary>
    static abstract TSelf Of(DeviceView<T> view);

    /// <summary>One element.</summary>
    T this[int index] { get; set; }

    /// <summary>The place <paramref name="count"/> elements further.</summary>
    TSelf Skip(int count);

    /// <summary>
    /// The lanes that start at element <paramref name="index"/>; lanes at or beyond element <paramref name="end"/> are 0.
    /// On a device, end - index must be a multiple of the width, and the place aligned to it.
    /// </summary>
    TLanes Load<TLanes>(int index, int end)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Stores the lanes that lie before element <paramref name="end"/>.</summary>
    void Store<TLanes>(int index, int end, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>
    /// Lane l is element index + l * stride; lanes at or beyond element <paramref name="end"/> are 0.
    /// On a device, for lanes of width 1 only (the launcher says that the data is not aligned).
    /// </summary>
    TLanes LoadStrided<TLanes>(int index, int stride, int end)
        where TLanes : unmanaged, ILanes<TLanes>;
}
