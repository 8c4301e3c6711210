using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ctm.Engine.Files.PyTorch;

namespace Ctm.Tests.Engine.Files.PyTorch;

/// <summary>Writes zip files in memory; what the directory says of an entry may be falsified before it is written.</summary>
internal sealed class ZipBytes
{
    private readonly MemoryStream stream = new();
    private readonly List<Entry> entries = [];

    /// <summary>What the directory says of an entry.</summary>
    public sealed class Entry
    {
        public required byte[] Name { get; set; }

        public required uint Crc { get; set; }

        public required long Compressed { get; set; }

        public required long Size { get; set; }

        public required long Offset { get; set; }

        public ushort Method { get; set; }

        public ushort Flags { get; set; }
    }

    public IReadOnlyList<Entry> Entries => entries;

    public Entry Add(string name, ReadOnlySpan<byte> content, bool deflate = false)
    {
        byte[] stored = deflate ? Deflate(content) : content.ToArray();
        var entry = new Entry
        {
            Name = Encoding.UTF8.GetBytes(name),
            Crc = Crc32.Of(content),
            Compressed = stored.Length,
            Size = content.Length,
            Offset = stream.Length,
            Method = deflate ? (ushort)8 : (ushort)0,
        };
        entries.Add(entry);
        WriteLocal(entry);
        stream.Write(stored);
        return entry;
    }

    /// <summary>The file.</summary>
    /// <param name="wide">With 64-bit records, as PyTorch 2 writes them.</param>
    public byte[] ToArray(bool wide = false)
    {
        using var file = new MemoryStream();
        stream.WriteTo(file);
        long start = file.Length;
        foreach (Entry entry in entries)
        {
            WriteCentral(file, entry, wide);
        }

        long size = file.Length - start;
        if (wide)
        {
            byte[] end = new byte[76];
            BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06064B50);
            BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(4), 44);
            BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(24), entries.Count);
            BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(32), entries.Count);
            BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(40), size);
            BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(48), start);
            BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(56), 0x07064B50);
            BinaryPrimitives.WriteInt64LittleEndian(end.AsSpan(64), file.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(72), 1);
            file.Write(end);
        }

        byte[] record = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(8), wide ? ushort.MaxValue : (ushort)entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(10), wide ? ushort.MaxValue : (ushort)entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12), wide ? uint.MaxValue : (uint)size);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(16), wide ? uint.MaxValue : (uint)start);
        file.Write(record);
        return file.ToArray();
    }

    private static byte[] Deflate(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    private void WriteLocal(Entry entry)
    {
        byte[] header = new byte[30];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034B50);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)entry.Name.Length);
        stream.Write(header);
        stream.Write(entry.Name);
    }

    private static void WriteCentral(MemoryStream file, Entry entry, bool wide)
    {
        byte[] header = new byte[46];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014B50);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), entry.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), entry.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), wide ? uint.MaxValue : (uint)entry.Compressed);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), wide ? uint.MaxValue : (uint)entry.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)entry.Name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(30), wide ? (ushort)28 : (ushort)0);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), wide ? uint.MaxValue : (uint)entry.Offset);
        file.Write(header);
        file.Write(entry.Name);
        if (wide)
        {
            byte[] extra = new byte[28];
            BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), 24);
            BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(4), entry.Size);
            BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(12), entry.Compressed);
            BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(20), entry.Offset);
            file.Write(extra);
        }
    }
}
