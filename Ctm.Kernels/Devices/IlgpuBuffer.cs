using Ctm.Kernels.Vocabulary;
using ILGPU;
using ILGPU.Runtime;

namespace Ctm.Kernels.Devices;

/// <summary>Memory of an ILGPU accelerator.</summary>
internal sealed class IlgpuBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private readonly IlgpuDevice owner;
    private MemoryBuffer1D<byte, Stride1D.Dense>? block;

    public IlgpuBuffer(IlgpuDevice owner, int length)
        : base(owner, length)
    {
        this.owner = owner;
        block = owner.Pool.Rent(Bytes);
    }

    private long Bytes => (long)Length * Interop.SizeOf<T>();

    private ArrayView<T> Whole
    {
        get
        {
            ThrowIfDisposed();
            return block!.View.BaseView.Cast<T>();
        }
    }

    /// <summary>The view as kernels take it: the whole block and a position, so that vector loads stay aligned.</summary>
    public static ViewMemory<T> MemoryOf(DeviceView<T> view)
    {
        if (view.IsAbsent)
        {
            return default;
        }

        return new ViewMemory<T>(Find(view).Whole, view.Offset);
    }

    /// <summary>The whole block that a view lies in, as other elements.</summary>
    public static ArrayView<TOther> WholeAs<TOther>(DeviceView<T> view)
        where TOther : unmanaged => Find(view).Whole.Cast<TOther>();

    /// <summary>The view as a library takes it.</summary>
    public static ArrayView<T> ViewOf(DeviceView<T> view) => Find(view).Whole.SubView(view.Offset, view.Length);

    internal override void Write(int offset, ReadOnlySpan<T> source)
    {
        ArrayView<T> target = Whole.SubView(offset, source.Length);
        target.CopyFromCPU(owner.Stream, source);
        owner.Synchronize();
    }

    internal override void Read(int offset, Span<T> destination)
    {
        ArrayView<T> from = Whole.SubView(offset, destination.Length);
        from.CopyToCPU(owner.Stream, destination);
        owner.Synchronize();
    }

    private protected override void Release()
    {
        owner.Pool.Return(block!, Bytes);
        block = null;
    }

    private static IlgpuBuffer<T> Find(DeviceView<T> view) => view.Buffer as IlgpuBuffer<T>
        ?? throw new ArgumentException($"The buffer is on device {view.Buffer!.Device.Name}, the kernel runs on another one.");
}
