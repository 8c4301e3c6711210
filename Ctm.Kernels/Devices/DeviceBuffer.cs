namespace Ctm.Kernels.Devices;

/// <summary>
/// Pooled device memory with one owner. Disposing gives the memory back to the device's pool, not to the system, so that
/// a step of the same shapes allocates nothing. Disposing twice is harmless; using it afterwards throws.
/// </summary>
/// <typeparam name="T">The element.</typeparam>
public abstract class DeviceBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly ComputeDevice device;
    private bool disposed;

    private protected DeviceBuffer(ComputeDevice device, int length)
    {
        this.device = device;
        Length = length;
        device.Memory.Opened();
    }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>The whole buffer.</summary>
    public DeviceView<T> View => new(this, 0, Length);

    /// <summary>The device that holds it.</summary>
    public ComputeDevice Device => device;

    /// <summary>A part of the buffer.</summary>
    public DeviceView<T> Slice(int offset, int length) => new(this, offset, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            Release();
            device.Memory.Closed();
        }

        GC.SuppressFinalize(this);
    }

    internal abstract void Write(int offset, ReadOnlySpan<T> source);

    internal abstract void Read(int offset, Span<T> destination);

    private protected abstract void Release();

    private protected void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(disposed, this);
}
