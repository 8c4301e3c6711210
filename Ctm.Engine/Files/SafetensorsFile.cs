using System.Buffers.Binary;

namespace Ctm.Engine.Files;

/// <summary>
/// Reads a safetensors file: an 8-byte little-endian header length, a JSON header, raw little-endian data. The header is
/// validated strictly when the file is opened; tensors are read when asked for, so memory follows what is used.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int LengthBytes = 8;
    private readonly FileBytes bytes;
    private readonly SafetensorsHeader header;
    private readonly long dataStart;

    private SafetensorsFile(FileBytes bytes)
    {
        this.bytes = bytes;
        string path = bytes.Path;
        long length = bytes.Length;
        if (length < LengthBytes)
        {
            throw new CheckpointFormatException(path, $"the file has {length} bytes; a safetensors file has at least {LengthBytes + 2}");
        }

        Span<byte> prefix = stackalloc byte[LengthBytes];
        bytes.Read(0, prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafetensorsHeader.LargestHeader)
        {
            throw new CheckpointFormatException(
                path,
                $"the header would have {headerLength} bytes, at most {SafetensorsHeader.LargestHeader} are allowed; "
                    + "this is not a safetensors file");
        }

        if ((long)headerLength > length - LengthBytes)
        {
            throw new CheckpointFormatException(
                path,
                $"the header has {headerLength} bytes, but only {length - LengthBytes} follow; "
                    + "the file is truncated or not a safetensors file");
        }

        dataStart = LengthBytes + (long)headerLength;
        byte[] json = new byte[headerLength];
        bytes.Read(LengthBytes, json);
        header = SafetensorsHeader.Parse(json, length - dataStart, path);
    }

    /// <summary>Path or name of the file, for messages.</summary>
    public string Path => bytes.Path;

    /// <summary>All tensors, in the order of the header.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => header.Entries;

    /// <summary>The texts under <c>__metadata__</c>, in their order; empty when the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => header.Metadata;

    /// <summary>Opens a file. It stays open, shared for reading and deletion, until <see cref="Dispose"/>.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="CheckpointFormatException">The file is not a well-formed safetensors file.</exception>
    /// <exception cref="IOException">The file cannot be read, or does not exist (<see cref="FileNotFoundException"/>).</exception>
    public static SafetensorsFile Open(string path)
    {
        FileBytes bytes = FileBytes.Open(path);
        try
        {
            return new SafetensorsFile(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>Reads a file that is in memory; the bytes are not copied.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="CheckpointFormatException">The bytes are not a well-formed safetensors file.</exception>
    public static SafetensorsFile Parse(ReadOnlyMemory<byte> content, string name)
    {
        return new SafetensorsFile(FileBytes.Of(content, name));
    }

    /// <summary>The values of an F32 tensor, or of an F64, F16 or BF16 tensor converted to float32 (F64 rounds to nearest).</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <returns>Row-major values.</returns>
    /// <exception cref="CheckpointFormatException">No such tensor, another type, over 2^31 elements, or the file has shrunk.</exception>
    public float[] ReadSingles(string name)
    {
        SafetensorsEntry entry = Find(name, "a floating-point type", t => t.IsFloat());
        float[] values = new float[ArrayLength(entry)];
        SafetensorsValues.ReadSingles(this, entry, values);
        return values;
    }

    /// <summary>The values of a floating-point tensor in float64.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <returns>Row-major values.</returns>
    /// <exception cref="CheckpointFormatException">As <see cref="ReadSingles"/>.</exception>
    public double[] ReadDoubles(string name)
    {
        SafetensorsEntry entry = Find(name, "a floating-point type", t => t.IsFloat());
        double[] values = new double[ArrayLength(entry)];
        SafetensorsValues.ReadDoubles(this, entry, values);
        return values;
    }

    /// <summary>The values of an integer tensor of any width.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <returns>Row-major values.</returns>
    /// <exception cref="CheckpointFormatException">As <see cref="ReadSingles"/>, or a U64 value is above 2^63 - 1.</exception>
    public long[] ReadInt64(string name)
    {
        SafetensorsEntry entry = Find(name, "an integer type", t => !t.IsFloat() && t != SafetensorsDType.Bool);
        long[] values = new long[ArrayLength(entry)];
        SafetensorsValues.ReadInt64(this, entry, values);
        return values;
    }

    /// <summary>The values of a BOOL tensor.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <returns>Row-major values.</returns>
    /// <exception cref="CheckpointFormatException">As <see cref="ReadSingles"/>, or a byte is neither 0 nor 1.</exception>
    public bool[] ReadBooleans(string name)
    {
        SafetensorsEntry entry = Find(name, "BOOL", t => t == SafetensorsDType.Bool);
        bool[] values = new bool[ArrayLength(entry)];
        SafetensorsValues.ReadBooleans(this, entry, values);
        return values;
    }

    /// <summary>The little-endian bytes of a tensor as they stand in the file.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <exception cref="CheckpointFormatException">No such tensor, over 2^31 bytes, or the file has shrunk.</exception>
    public byte[] ReadBytes(string name)
    {
        SafetensorsEntry entry = Find(name, "any", _ => true);
        if (entry.ByteCount > Array.MaxLength)
        {
            throw new CheckpointFormatException(
                Path, $"tensor {MessageText.Quote(name)} has {entry.ByteCount} bytes; one array holds at most {Array.MaxLength}");
        }

        byte[] raw = new byte[entry.ByteCount];
        ReadData(entry, 0, raw);
        return raw;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        bytes.Dispose();
    }

    /// <summary>Fills the span from the tensor's bytes, starting at <paramref name="offset"/> within the tensor.</summary>
    internal void ReadData(SafetensorsEntry entry, long offset, Span<byte> destination)
    {
        bytes.Read(dataStart + entry.Offset + offset, destination);
    }

    private SafetensorsEntry Find(string name, string wanted, Predicate<SafetensorsDType> accepts)
    {
        if (!header.Entries.TryGetValue(name, out SafetensorsEntry? entry))
        {
            string? nearest = MessageText.Nearest(name, header.Entries.Keys);
            string hint = nearest is null ? $"it has {header.Entries.Count} tensors" : $"the nearest name is {MessageText.Quote(nearest)}";
            throw new CheckpointFormatException(Path, $"there is no tensor {MessageText.Quote(name)}; {hint}");
        }

        return accepts(entry.DType)
            ? entry
            : throw new CheckpointFormatException(
                Path, $"tensor {MessageText.Quote(name)} has dtype {entry.DType.Name()}; here it must be {wanted}");
    }

    private int ArrayLength(SafetensorsEntry entry)
    {
        return entry.ElementCount <= Array.MaxLength
            ? (int)entry.ElementCount
            : throw new CheckpointFormatException(
                Path,
                $"tensor {MessageText.Quote(entry.Name)} has {entry.ElementCount} elements; one array holds at most {Array.MaxLength}");
    }
}
