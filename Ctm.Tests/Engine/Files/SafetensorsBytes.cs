using System.Buffers.Binary;
using System.Text;
using Ctm.Engine.Files;

namespace Ctm.Tests.Engine.Files;

/// <summary>Makes safetensors files in memory, right ones and wrong ones.</summary>
internal static class SafetensorsBytes
{
    public static byte[] From(string header, int dataLength)
    {
        return From(Encoding.UTF8.GetBytes(header), new byte[dataLength]);
    }

    public static byte[] From(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        byte[] file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file.AsSpan(8));
        data.CopyTo(file.AsSpan(8 + header.Length));
        return file;
    }

    public static byte[] Written(IEnumerable<SafetensorsTensor> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }
}
