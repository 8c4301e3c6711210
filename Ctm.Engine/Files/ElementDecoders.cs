using System.Buffers.Binary;

namespace Ctm.Engine.Files;

/// <summary>Reads one value from the little-endian bytes of an element.</summary>
internal delegate T DecodeElement<out T>(ReadOnlySpan<byte> bytes);

/// <summary>How the elements of each type become values.</summary>
internal static class ElementDecoders
{
    /// <summary>Floating-point elements as float32; float64 rounds to nearest.</summary>
    public static DecodeElement<float> Single(SafetensorsDType type)
    {
        return type switch
        {
            SafetensorsDType.F32 => BinaryPrimitives.ReadSingleLittleEndian,
            SafetensorsDType.F64 => b => (float)BinaryPrimitives.ReadDoubleLittleEndian(b),
            SafetensorsDType.F16 => b => (float)BinaryPrimitives.ReadHalfLittleEndian(b),
            _ => b => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(b) << 16),
        };
    }

    /// <summary>Floating-point elements as float64.</summary>
    public static DecodeElement<double> Double(SafetensorsDType type)
    {
        return type switch
        {
            SafetensorsDType.F64 => BinaryPrimitives.ReadDoubleLittleEndian,
            SafetensorsDType.F32 => b => BinaryPrimitives.ReadSingleLittleEndian(b),
            SafetensorsDType.F16 => b => (double)BinaryPrimitives.ReadHalfLittleEndian(b),
            _ => b => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(b) << 16),
        };
    }

    /// <summary>Integer elements of any width.</summary>
    /// <param name="type">The element type.</param>
    /// <param name="bad">Makes the exception for a value that does not fit, from what the tensor holds.</param>
    public static DecodeElement<long> Int64(SafetensorsDType type, Func<string, Exception> bad)
    {
        return type switch
        {
            SafetensorsDType.I64 => BinaryPrimitives.ReadInt64LittleEndian,
            SafetensorsDType.I32 => b => BinaryPrimitives.ReadInt32LittleEndian(b),
            SafetensorsDType.I16 => b => BinaryPrimitives.ReadInt16LittleEndian(b),
            SafetensorsDType.I8 => b => (sbyte)b[0],
            SafetensorsDType.U64 => b => Signed(BinaryPrimitives.ReadUInt64LittleEndian(b), bad),
            SafetensorsDType.U32 => b => BinaryPrimitives.ReadUInt32LittleEndian(b),
            SafetensorsDType.U16 => b => BinaryPrimitives.ReadUInt16LittleEndian(b),
            _ => b => b[0],
        };
    }

    /// <summary>Truth values, one byte each.</summary>
    /// <param name="bad">Makes the exception for a byte that is neither 0 nor 1, from what the tensor holds.</param>
    public static DecodeElement<bool> Boolean(Func<string, Exception> bad)
    {
        return b => b[0] switch
        {
            0 => false,
            1 => true,
            _ => throw bad($"holds the byte {b[0]}; only 0 and 1 are allowed"),
        };
    }

    private static long Signed(ulong value, Func<string, Exception> bad)
    {
        return value <= long.MaxValue ? (long)value : throw bad($"holds {value}; values up to 2^63 - 1 can be read");
    }
}
