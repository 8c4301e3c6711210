using System.Runtime.InteropServices;

namespace Ctm.Engine.Files;

/// <summary>Turns the raw bytes of a tensor into values, a block at a time, on hosts of either byte order.</summary>
internal static class SafetensorsValues
{
    // A multiple of every element size.
    private const int BlockBytes = 1 << 16;

    /// <summary>Reads a floating-point tensor as float32.</summary>
    public static void ReadSingles(SafetensorsFile file, SafetensorsEntry entry, Span<float> values)
    {
        if (entry.DType == SafetensorsDType.F32 && BitConverter.IsLittleEndian)
        {
            ReadDirect(file, entry, values);
            return;
        }

        Read(file, entry, values, ElementDecoders.Single(entry.DType));
    }

    /// <summary>Reads a floating-point tensor as float64.</summary>
    public static void ReadDoubles(SafetensorsFile file, SafetensorsEntry entry, Span<double> values)
    {
        Read(file, entry, values, ElementDecoders.Double(entry.DType));
    }

    /// <summary>Reads an integer tensor of any width.</summary>
    public static void ReadInt64(SafetensorsFile file, SafetensorsEntry entry, Span<long> values)
    {
        Read(file, entry, values, ElementDecoders.Int64(entry.DType, Bad(file, entry)));
    }

    /// <summary>Reads a BOOL tensor.</summary>
    public static void ReadBooleans(SafetensorsFile file, SafetensorsEntry entry, Span<bool> values)
    {
        Read(file, entry, values, ElementDecoders.Boolean(Bad(file, entry)));
    }

    private static Func<string, Exception> Bad(SafetensorsFile file, SafetensorsEntry entry)
    {
        return holds => new CheckpointFormatException(
            file.Path, $"{entry.DType.Name()} tensor {MessageText.Quote(entry.Name)} {holds}");
    }

    private static void ReadDirect(SafetensorsFile file, SafetensorsEntry entry, Span<float> values)
    {
        // A span of bytes ends at 2^31 - 1, a tensor may not.
        const int Most = 1 << 28;
        for (int start = 0; start < values.Length; start += Most)
        {
            Span<float> part = values.Slice(start, Math.Min(Most, values.Length - start));
            file.ReadData(entry, (long)start * sizeof(float), MemoryMarshal.AsBytes(part));
        }
    }

    private static void Read<T>(SafetensorsFile file, SafetensorsEntry entry, Span<T> values, DecodeElement<T> decode)
    {
        int size = entry.DType.Size();
        int perBlock = BlockBytes / size;
        byte[] block = new byte[Math.Min((long)values.Length * size, BlockBytes)];
        for (int start = 0; start < values.Length; start += perBlock)
        {
            int count = Math.Min(perBlock, values.Length - start);
            Span<byte> bytes = block.AsSpan(0, count * size);
            file.ReadData(entry, (long)start * size, bytes);
            for (int i = 0; i < count; i++)
            {
                values[start + i] = decode(bytes.Slice(i * size, size));
            }
        }
    }
}
