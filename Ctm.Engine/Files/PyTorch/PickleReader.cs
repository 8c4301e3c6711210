using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>The bytes of a pickle, read from front to back. Every length is checked against what is left.</summary>
/// <param name="bytes">The pickle.</param>
internal sealed class PickleReader(ReadOnlyMemory<byte> bytes)
{
    private const int LongestLine = 1000;
    private const int LongestNumber = 1000;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Where the next byte is.</summary>
    public int Position { get; private set; }

    /// <summary>How many bytes are left.</summary>
    public int Left => bytes.Length - Position;

    /// <summary>The next byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A number of two bytes.</summary>
    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>A signed number of four bytes.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    /// <summary>An unsigned number of four bytes.</summary>
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>An unsigned number of eight bytes.</summary>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A big-endian float64 value.</summary>
    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A whole number of any length; a long where it fits.</summary>
    public object Integer(long length)
    {
        if (length is < 0 or > LongestNumber)
        {
            throw new FormatException($"a whole number has {length} bytes; at most {LongestNumber} are read");
        }

        var value = new BigInteger(Take((ulong)length));
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            return (long)value;
        }

        return value;
    }

    /// <summary>A UTF-8 text; lone surrogates, which PyTorch may write, stand for the replacement character.</summary>
    public string Text(ulong length) => Encoding.UTF8.GetString(Take(length));

    /// <summary>A text of one byte a character.</summary>
    public string Latin(ulong length) => Encoding.Latin1.GetString(Take(length));

    /// <summary>Bytes.</summary>
    public byte[] Bytes(ulong length) => Take(length).ToArray();

    /// <summary>A line without its end.</summary>
    public string Line()
    {
        ReadOnlySpan<byte> rest = bytes.Span[Position..];
        int end = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new FormatException($"a line does not end within {LongestLine} bytes");
        }

        try
        {
            string line = Strict.GetString(rest[..end]);
            Position += end + 1;
            return line;
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("a name is not valid UTF-8", e);
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)Left)
        {
            throw new FormatException($"it ends at byte {bytes.Length}, within a value of {length} bytes at byte {Position}");
        }

        ReadOnlySpan<byte> taken = bytes.Span.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }
}
