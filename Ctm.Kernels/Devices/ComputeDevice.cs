namespace Ctm.Kernels.Devices;

/// <summary>
/// A device that runs kernels: <c>cuda:0</c>, <c>opencl:0</c>, <c>cpu</c> (SIMD code on the host) or <c>ilgpu-cpu</c>
/// (ILGPU's simulator, for tests). One thread at a time may use a device.
/// </summary>
public abstract partial class ComputeDevice : IDisposable
{
    private protected ComputeDevice(string name, string description)
    {
        Name = name;
        Description = description;
    }

    /// <summary>The name that opens it, such as <c>cuda:0</c>.</summary>
    public string Name { get; }

    /// <summary>What it is, for people.</summary>
    public string Description { get; }

    /// <summary>Memory counts.</summary>
    public abstract DeviceMemory Memory { get; }

    /// <summary>Kernel launches so far.</summary>
    public long Launches { get; internal set; }

    /// <summary>Collects where launches spend their time; null for not at all.</summary>
    public LaunchProfile? Profile { get; set; }

    /// <summary>A new buffer with undefined contents.</summary>
    /// <param name="length">Number of elements, 0 or more.</param>
    /// <typeparam name="T">The element.</typeparam>
    public abstract DeviceBuffer<T> Allocate<T>(int length)
        where T : unmanaged;

    /// <summary>A new buffer with these values.</summary>
    public DeviceBuffer<T> Allocate<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        DeviceBuffer<T> buffer = Allocate<T>(values.Length);
        buffer.View.CopyFrom(values);
        return buffer;
    }

    /// <summary>Waits until everything that was launched is done.</summary>
    public abstract void Synchronize();

    /// <inheritdoc/>
    public abstract void Dispose();
}
