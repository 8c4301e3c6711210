namespace Ctm.Kernels.Devices;

/// <summary>A stretch of a device buffer. Borrowed: it lives as long as its buffer.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly struct DeviceView<T>
    where T : unmanaged
{
    /// <summary>Creates a view.</summary>
    /// <param name="buffer">The owner.</param>
    /// <param name="offset">First element.</param>
    /// <param name="length">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">When the stretch is not inside the buffer.</exception>
    public DeviceView(DeviceBuffer<T> buffer, int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + length, buffer.Length, nameof(length));
        Buffer = buffer;
        Offset = offset;
        Length = length;
    }

    /// <summary>The owner; null in an empty default view.</summary>
    public DeviceBuffer<T>? Buffer { get; }

    /// <summary>First element in the buffer.</summary>
    public int Offset { get; }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>True for the default view, which stands for an argument that is not there.</summary>
    public bool IsAbsent => Buffer is null;

    /// <summary>A part of this view.</summary>
    public DeviceView<T> Slice(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + length, Length, nameof(length));
        return new DeviceView<T>(Buffer!, Offset + offset, length);
    }

    /// <summary>Copies host values to the start of this view.</summary>
    public void CopyFrom(ReadOnlySpan<T> source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, Length, nameof(source));
        if (source.Length > 0)
        {
            Buffer!.Write(Offset, source);
        }
    }

    /// <summary>Copies the start of this view to the host; waits for the device.</summary>
    public void CopyTo(Span<T> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Length, nameof(destination));
        if (destination.Length > 0)
        {
            Buffer!.Read(Offset, destination);
        }
    }

    /// <summary>The values, copied to the host.</summary>
    public T[] ToArray()
    {
        var values = new T[Length];
        CopyTo(values);
        return values;
    }
}
