using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ctm.Engine.Files;

/// <summary>
/// A tensor to be written to a safetensors file. Its values may be fetched only when their turn comes, so that a model on a
/// device never stands in host memory as a whole.
/// </summary>
public sealed class SafetensorsTensor
{
    private readonly Action<Stream, long> write;

    private SafetensorsTensor(string name, SafetensorsDType type, ReadOnlySpan<long> shape, Action<Stream, long> write)
    {
        ArgumentNullException.ThrowIfNull(name);
        long count = 1;
        foreach (long dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            count = checked(count * dimension);
        }

        Name = name;
        DType = type;
        Shape = shape.ToArray();
        ElementCount = count;
        this.write = write;
    }

    /// <summary>Name of the tensor.</summary>
    public string Name { get; }

    /// <summary>Type of the elements in the file.</summary>
    public SafetensorsDType DType { get; }

    /// <summary>Row-major shape; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>Product of the shape.</summary>
    public long ElementCount { get; }

    /// <summary>Bytes of the tensor in the file.</summary>
    public long ByteCount => checked(ElementCount * DType.Size());

    /// <summary>An F32 tensor from values at hand.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">As many values as the shape has elements.</param>
    public static SafetensorsTensor Singles(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> values)
    {
        return Singles(name, shape, () => values);
    }

    /// <summary>An F32 tensor whose values are fetched when they are written.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">Called once a write; must give as many values as the shape has elements.</param>
    public static SafetensorsTensor Singles(string name, ReadOnlySpan<long> shape, Func<ReadOnlyMemory<float>> values)
    {
        return new SafetensorsTensor(name, SafetensorsDType.F32, shape, (stream, count) => WriteBits(stream, name, count, values().Span));
    }

    /// <summary>An F64 tensor.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">As many values as the shape has elements.</param>
    public static SafetensorsTensor Doubles(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<double> values)
    {
        return new SafetensorsTensor(name, SafetensorsDType.F64, shape, (stream, count) => WriteBits(stream, name, count, values.Span));
    }

    /// <summary>An I64 tensor.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">As many values as the shape has elements.</param>
    public static SafetensorsTensor Int64(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<long> values)
    {
        return new SafetensorsTensor(name, SafetensorsDType.I64, shape, (stream, count) => WriteBits(stream, name, count, values.Span));
    }

    /// <summary>A BOOL tensor.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="values">As many values as the shape has elements.</param>
    public static SafetensorsTensor Booleans(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<bool> values)
    {
        return new SafetensorsTensor(name, SafetensorsDType.Bool, shape, (stream, count) => WriteBits(stream, name, count, values.Span));
    }

    /// <summary>A tensor of any type from its little-endian bytes.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="type">Type of the elements.</param>
    /// <param name="shape">Row-major shape.</param>
    /// <param name="bytes">As many bytes as shape and type ask for.</param>
    public static SafetensorsTensor Bytes(string name, SafetensorsDType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes)
    {
        return new SafetensorsTensor(
            name, type, shape, (stream, count) => WriteBits(stream, name, checked(count * type.Size()), bytes.Span));
    }

    /// <summary>Writes the values.</summary>
    /// <exception cref="ArgumentException">The number of values is not that of the shape.</exception>
    internal void WriteTo(Stream stream)
    {
        write(stream, ElementCount);
    }

    private static void WriteBits<T>(Stream stream, string name, long count, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (values.Length != count)
        {
            throw new ArgumentException($"tensor {MessageText.Quote(name)} has {values.Length} values; its shape asks for {count}");
        }

        const int BlockElements = 1 << 13;
        int size = Unsafe.SizeOf<T>();
        byte[]? swapped = BitConverter.IsLittleEndian || size == 1 ? null : new byte[BlockElements * size];
        for (int start = 0; start < values.Length; start += BlockElements)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values.Slice(start, Math.Min(BlockElements, values.Length - start)));
            if (swapped is not null)
            {
                bytes.CopyTo(swapped);
                for (int i = 0; i < bytes.Length; i += size)
                {
                    swapped.AsSpan(i, size).Reverse();
                }

                bytes = swapped.AsSpan(0, bytes.Length);
            }

            stream.Write(bytes);
        }
    }
}
