using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ctm.Engine.Files;

/// <summary>Turns the raw bytes of a tensor into values, a block at a time, on hosts of either byte order.</summary>
internal static class SafetensorsValues
{
    // A multiple of every element size.
    private const int BlockBytes = 1 << 16;

    private delegate T Decode<out T>(ReadOnlySpan<byte> bytes);

    /// <summary>Reads a floating-point tensor as float32.</summary>
    public static void ReadSingles(SafetensorsFile file, SafetensorsEntry entry, Span<float> values)
    {
        if (entry.DType == SafetensorsDType.F32 && BitConverter.IsLittleEndian)
        {
            ReadDirect(file, entry, values);
            return;
        }

        Read<float>(file, entry, values, entry.DType switch
        {
            SafetensorsDType.F32 => BinaryPrimitives.ReadSingleLittleEndian,
            SafetensorsDType.F64 => b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b),
            SafetensorsDType.F16 => b => (float)BinaryPrimitives.ReadHalfLittleEndian(b),
            _ => b => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(b) << 16),
        });
    }

    /// <summary>Reads a floating-point tensor as float64.</summary>
    public static void ReadDoubles(SafetensorsFile file, SafetensorsEntry entry, Span<double> values)
    {
        Read<double>(file, entry, values, entry.DType switch
        {
            SafetensorsDType.F64 => BinaryPrimitives.ReadDoubleLittleEndian,
            SafetensorsDType.F32 => b => BinaryPrimitives.ReadSingleLittleEndian(b),
            SafetensorsDType.F16 => b => (double)BinaryPrimitives.ReadHalfLittleEndian(b),
            _ => b => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(b) << 16),
        });
    }

    /// <summary>Reads an integer tensor of any width.</summary>
    public static void ReadInt64(SafetensorsFile file, SafetensorsEntry entry, Span<long> values)
    {
        Read<long>(file, entry, values, entry.DType switch
        {
            SafetensorsDType.I64 => BinaryPrimitives.ReadInt64LittleEndian,
            SafetensorsDType.I32 => b => BinaryPrimitives.ReadInt32LittleEndian(b),
            SafetensorsDType.I16 => b => BinaryPrimitives.ReadInt16LittleEndian(b),
            SafetensorsDType.I8 => b => (sbyte)b[0],
            SafetensorsDType.U64 => b => Signed(file, entry, BinaryPrimitives.ReadUInt64LittleEndian(b)),
            SafetensorsDType.U32 => b => BinaryPrimitives.ReadUInt32LittleEndian(b),
            SafetensorsDType.U16 => b => BinaryPrimitives.ReadUInt16LittleEndian(b),
            _ => b => b[0],
        });
    }

    /// <summary>Reads a BOOL tensor.</summary>
    public static void ReadBooleans(SafetensorsFile file, SafetensorsEntry entry, Span<bool> values)
    {
        Read<bool>(file, entry, values, b => b[0] switch
        {
            0 => false,
            1 => true,
            _ => throw new CheckpointFormatException(
                file.Path, $"BOOL tensor {MessageText.Quote(entry.Name)} holds the byte {b[0]}; only 0 and 1 are allowed"),
        });
    }

    private static long Signed(SafetensorsFile file, SafetensorsEntry entry, ulong value)
    {
        return value <= long.MaxValue
            ? (long)value
            : throw new CheckpointFormatException(
                file.Path, $"U64 tensor {MessageText.Quote(entry.Name)} holds {value}; values up to 2^63 - 1 can be read");
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

    private static void Read<T>(SafetensorsFile file, SafetensorsEntry entry, Span<T> values, Decode<T> decode)
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
