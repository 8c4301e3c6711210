namespace Ctm.Kernels.Devices;

/// <summary>What a device holds: counts that tests and reports read.</summary>
public abstract class DeviceMemory
{
    private int liveBuffers;

    /// <summary>Buffers that were created and not yet disposed.</summary>
    public int LiveBuffers => Volatile.Read(ref liveBuffers);

    /// <summary>How often memory was taken from the system: a training step after the first should add nothing.</summary>
    public long Allocations { get; private protected set; }

    /// <summary>Bytes in live buffers.</summary>
    public long RentedBytes { get; private protected set; }

    /// <summary>The most bytes that were in live buffers at one time, since <see cref="ResetPeak"/>.</summary>
    public long PeakBytes { get; private protected set; }

    /// <summary>Bytes taken from the system: live and pooled.</summary>
    public long ReservedBytes { get; private protected set; }

    /// <summary>Starts a new measurement of <see cref="PeakBytes"/>.</summary>
    public void ResetPeak() => PeakBytes = RentedBytes;

    /// <summary>Gives pooled memory that no buffer uses back to the system.</summary>
    public abstract void Trim();

    internal void Opened() => Interlocked.Increment(ref liveBuffers);

    internal void Closed() => Interlocked.Decrement(ref liveBuffers);
}
