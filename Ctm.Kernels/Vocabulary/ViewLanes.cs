using ILGPU;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Device memory in lane vectors: a whole view and an index into it, since a sub-view would lose its vector alignment.</summary>
internal struct ViewLanes<TLanes>(ArrayView<TLanes> view, int position) : ILaneMemory<ViewLanes<TLanes>, TLanes, ViewMemory<float>>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private readonly int position = position;
    private ArrayView<TLanes> view = view;

    public TLanes this[int offset]
    {
        readonly get => view[position + offset];
        set => view[position + offset] = value;
    }

    public static ViewLanes<TLanes> Of(ViewMemory<float> start) => start.AsLanes<TLanes>();

    public readonly ViewLanes<TLanes> Skip(int count) => new(view, position + count);
}
