using System.Buffers.Binary;
using System.Text;

namespace Ctm.Tests.Engine.Files.PyTorch;

/// <summary>Writes pickles opcode by opcode, right ones and wrong ones.</summary>
internal sealed class PickleBytes
{
    private readonly MemoryStream stream = new();

    public PickleBytes(int protocol = 2)
    {
        if (protocol >= 0)
        {
            Op(0x80, (byte)protocol);
        }
    }

    public PickleBytes Op(params ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        return this;
    }

    public PickleBytes Op(char opcode) => Op((byte)opcode);

    public PickleBytes Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Op('X').Int32(bytes.Length).Op(bytes);
    }

    public PickleBytes Number(long value)
    {
        if (value is >= 0 and < 256)
        {
            return Op((byte)'K', (byte)value);
        }

        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Op(0x8A, 8).Op(bytes);
    }

    public PickleBytes Float(double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return Op('G').Op(bytes);
    }

    public PickleBytes Int32(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Op(bytes);
    }

    public PickleBytes Global(string module, string name) => Op('c').Op(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    /// <summary>A value of settings: null, truth value, number, text, or a list of such.</summary>
    public PickleBytes Value(object? value)
    {
        switch (value)
        {
            case null: return Op('N');
            case bool truth: return Op(truth ? (byte)0x88 : (byte)0x89);
            case int number: return Number(number);
            case double number: return Float(number);
            case string text: return Text(text);
            case object?[] items:
                Op(']', '(');
                foreach (object? item in items)
                {
                    Value(item);
                }

                return Op('e');
            default: throw new ArgumentException($"no value of a pickle: {value}", nameof(value));
        }
    }

    public PickleBytes Op(char first, char second) => Op((byte)first, (byte)second);

    public byte[] Stop()
    {
        Op('.');
        return stream.ToArray();
    }
}
