using System.Buffers.Binary;

namespace Ctm.Tests.Engine.Files.PyTorch;

/// <summary>Cuts a well-formed pickle into its opcodes with their arguments.</summary>
internal static class PickleSplitter
{
    public static List<byte[]> Split(byte[] pickle)
    {
        var pieces = new List<byte[]>();
        for (int at = 0; at < pickle.Length;)
        {
            int length = Length(pickle.AsSpan(at));
            pieces.Add(pickle[at..(at + length)]);
            at += length;
        }

        return pieces;
    }

    private static int Length(ReadOnlySpan<byte> rest) => (char)rest[0] switch
    {
        '\x80' or 'K' or 'q' or 'h' => 2,
        'M' => 3,
        'J' or 'r' or 'j' => 5,
        'G' or '\x95' => 9,
        '\x8a' or '\x8c' or 'U' or 'C' => 2 + rest[1],
        'X' or 'B' or 'T' or '\x8b' => 5 + BinaryPrimitives.ReadInt32LittleEndian(rest[1..]),
        '\x8d' or '\x8e' or '\x96' => 9 + (int)BinaryPrimitives.ReadInt64LittleEndian(rest[1..]),
        'c' => SecondLine(rest),
        _ => 1,
    };

    private static int SecondLine(ReadOnlySpan<byte> rest)
    {
        int first = rest.IndexOf((byte)'\n') + 1;
        return first + rest[first..].IndexOf((byte)'\n') + 1;
    }
}
