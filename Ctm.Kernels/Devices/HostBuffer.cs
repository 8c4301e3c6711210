using System.Runtime.InteropServices;

namespace Ctm.Kernels.Devices;

/// <summary>Host memory, aligned to 64 bytes.</summary>
internal sealed unsafe class HostBuffer<T> : DeviceBuffer<T>
    where T : unmanaged
{
    private readonly HostDevice host;
    private T* pointer;

    public HostBuffer(HostDevice host, int length)
        : base(host, length)
    {
        this.host = host;
        pointer = (T*)host.Pool.Rent(Bytes);
    }

    private long Bytes => (long)Length * sizeof(T);

    public static T* PointerOf(DeviceView<T> view)
    {
        if (view.Buffer is not HostBuffer<T> buffer)
        {
            throw new ArgumentException($"The buffer is on device {view.Buffer!.Device.Name}, the kernel runs on the host.");
        }

        buffer.ThrowIfDisposed();
        return buffer.pointer + view.Offset;
    }

    internal static nint Allocate(long bytes) => (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);

    internal static void Free(nint block) => NativeMemory.AlignedFree((void*)block);

    internal override void Write(int offset, ReadOnlySpan<T> source)
    {
        ThrowIfDisposed();
        source.CopyTo(new Span<T>(pointer + offset, source.Length));
    }

    internal override void Read(int offset, Span<T> destination)
    {
        ThrowIfDisposed();
        new ReadOnlySpan<T>(pointer + offset, destination.Length).CopyTo(destination);
    }

    private protected override void Release()
    {
        host.Pool.Return((nint)pointer, Bytes);
        pointer = null;
    }
}
