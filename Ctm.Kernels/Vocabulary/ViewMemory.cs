using Ctm.Kernels.Devices;
using ILGPU;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Device memory: a whole view and an index into it, since a sub-view would lose its vector alignment.</summary>
/// <typeparam name="T">The element.</typeparam>
public struct ViewMemory<T>(ArrayView<T> view, int position) : IMemory<ViewMemory<T>, T>
    where T : unmanaged
{
    private readonly int position = position;
    private ArrayView<T> view = view;

    /// <inheritdoc/>
    public T this[int index]
    {
        readonly get => view[position + index];
        set => view[position + index] = value;
    }

    /// <inheritdoc/>
    public static ViewMemory<T> Of(DeviceView<T> view) => IlgpuBuffer<T>.MemoryOf(view);

    /// <inheritdoc/>
    public readonly ViewMemory<T> Skip(int count) => new(view, position + count);

    /// <inheritdoc/>
    public readonly TLanes Load<TLanes>(int index, int end)
        where TLanes : unmanaged, ILanes<TLanes> =>
        view.Cast<TLanes>()[(int)((uint)(position + index) / (uint)TLanes.Width)];

    /// <inheritdoc/>
    public readonly void Store<TLanes>(int index, int end, TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var lanes = view.Cast<TLanes>();
        lanes[(int)((uint)(position + index) / (uint)TLanes.Width)] = value;
    }

    internal readonly ViewLanes<TLanes> AsLanes<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes> =>
        new(view.Cast<TLanes>(), (int)((uint)position / (uint)TLanes.Width));
    /// <inheritdoc/>
    public readonly TLanes LoadStrided<TLanes>(int index, int stride, int end)
        where TLanes : unmanaged, ILanes<TLanes> => Load<TLanes>(index, end);
}
