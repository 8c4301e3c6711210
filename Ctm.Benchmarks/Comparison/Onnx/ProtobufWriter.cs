using System.Buffers.Binary;
using System.Text;

namespace Ctm.Benchmarks.Comparison.Onnx;

/// <summary>Writes one message in protobuf's wire format: fields as a key (number, wire type) and a value.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, Delimited = 2, Fixed32 = 5;
    private readonly MemoryStream stream = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Bytes => stream.GetBuffer().AsSpan(0, checked((int)stream.Length));

    public ProtobufWriter Integer(int field, long value)
    {
        Key(field, Varint);
        Raw((ulong)value);
        return this;
    }

    public ProtobufWriter Single(int field, float value)
    {
        Key(field, Fixed32);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        stream.Write(bytes);
        return this;
    }

    public ProtobufWriter Text(int field, string value) => Data(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Data(int field, ReadOnlySpan<byte> value)
    {
        Key(field, Delimited);
        Raw((ulong)value.Length);
        stream.Write(value);
        return this;
    }

    public ProtobufWriter Message(int field, ProtobufWriter value) => Data(field, value.Bytes);

    private void Key(int field, int type) => Raw(((ulong)field << 3) | (uint)type);

    // Seven bits a byte, the lowest first; the highest bit says that more follow.
    private void Raw(ulong value)
    {
        while (value >= 0x80)
        {
            stream.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        stream.WriteByte((byte)value);
    }
}
