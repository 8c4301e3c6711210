using System.Buffers.Binary;
using System.Text;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>
/// The directory of a zip file, with or without its 64-bit records. Every entry must have a place of its own between the start of
/// the file and the directory, a size that fits what it is compressed from, and a name that no other has.
/// </summary>
internal sealed class ZipDirectory
{
    private const int MostEntries = 200_000;
    private const int LargestDirectory = 64 << 20;
    private const int CentralHeader = 46;
    private const int LocalHeader = 30;

    // Deflate reaches 1032 to 1 on zeros; weights do not come near.
    private const long LargestRatio = 20;
    private const long FreeBytes = 16 << 20;
    private readonly FileBytes file;
    private readonly Dictionary<string, ZipEntry> entries = new(StringComparer.Ordinal);

    private ZipDirectory(FileBytes file)
    {
        this.file = file;
    }

    /// <summary>The entries by name.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries => entries;

    /// <summary>Reads and checks the directory.</summary>
    /// <exception cref="CheckpointFormatException">The file is no zip file, or a damaged or hostile one.</exception>
    public static ZipDirectory Read(FileBytes file)
    {
        var directory = new ZipDirectory(file);
        ZipEnd end = ZipEnd.Find(file);
        if (end.Count > MostEntries || end.Size > LargestDirectory)
        {
            throw directory.Bad($"the zip directory has {end.Count} entries in {end.Size} bytes; "
                + $"at most {MostEntries} in {LargestDirectory} are read");
        }

        byte[] bytes = new byte[end.Size];
        file.Read(end.Offset, bytes);
        directory.ReadEntries(bytes, end);
        directory.CheckPlaces(end.Offset);
        return directory;
    }

    private void ReadEntries(ReadOnlySpan<byte> bytes, ZipEnd end)
    {
        for (long i = 0; i < end.Count; i++)
        {
            if (bytes.Length < CentralHeader || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != 0x02014B50)
            {
                throw Bad($"the zip directory breaks off at entry {i} of {end.Count}; the file is damaged");
            }

            int name = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]);
            int extra = BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]);
            int length = CentralHeader + name + extra + BinaryPrimitives.ReadUInt16LittleEndian(bytes[32..]);
            if (length > bytes.Length)
            {
                throw Bad($"the zip directory breaks off at entry {i} of {end.Count}; the file is damaged");
            }

            ZipEntry entry = ReadEntry(bytes[..length], name, extra, end.Offset);
            if (!entries.TryAdd(entry.Name, entry))
            {
                throw Bad($"the zip entry {MessageText.Quote(entry.Name)} stands twice; names must be unique");
            }

            bytes = bytes[length..];
        }

        if (!bytes.IsEmpty)
        {
            throw Bad($"the zip directory has {bytes.Length} bytes behind its last entry; the file is damaged");
        }
    }

    private ZipEntry ReadEntry(ReadOnlySpan<byte> header, int nameLength, int extraLength, long directoryOffset)
    {
        ReadOnlySpan<byte> nameBytes = header.Slice(CentralHeader, nameLength);
        string name = Encoding.UTF8.GetString(nameBytes);
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        int method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);

        // Bits 0, 6 and 13: encryption in its forms; bit 5: patch data.
        if ((flags & 0x2061) != 0 || method is not (0 or 8))
        {
            throw Bad($"the zip entry {MessageText.Quote(name)} is encrypted or compressed by method {method}; "
                + "entries must be stored (0) or deflated (8)");
        }

        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        ReadWideFields(header.Slice(CentralHeader + nameLength, extraLength), name, ref size, ref compressed, ref offset);
        if (method == 0 && compressed != size)
        {
            throw Bad($"the stored zip entry {MessageText.Quote(name)} has {compressed} bytes for {size}; the file is damaged");
        }

        if (offset > directoryOffset - LocalHeader)
        {
            throw Bad($"the zip entry {MessageText.Quote(name)} begins at byte {offset}, behind the entries; the file is damaged");
        }

        long data = offset + ReadLocalHeader(offset, nameBytes, name, directoryOffset);
        if (compressed > directoryOffset - data)
        {
            throw Bad($"the zip entry {MessageText.Quote(name)} reaches beyond the entries; the file is truncated or damaged");
        }

        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        return new ZipEntry(name, method == 8, crc, compressed, size, offset, data);
    }

    // Extra field 1 holds, in this order, those of the three that are all ones in the header.
    private void ReadWideFields(ReadOnlySpan<byte> extra, string name, ref long size, ref long compressed, ref long offset)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            extra = extra[4..];
            if (length > extra.Length)
            {
                break;
            }

            if (id == 1)
            {
                ReadOnlySpan<byte> field = extra[..length];
                Widen(ref size, ref field, name);
                Widen(ref compressed, ref field, name);
                Widen(ref offset, ref field, name);
            }

            extra = extra[length..];
        }
    }

    private void Widen(ref long value, ref ReadOnlySpan<byte> field, string name)
    {
        if (value != uint.MaxValue)
        {
            return;
        }

        value = field.Length >= 8 ? BinaryPrimitives.ReadInt64LittleEndian(field) : -1;
        if (value < 0)
        {
            throw Bad($"the zip entry {MessageText.Quote(name)} has a size or place that cannot be read; the file is damaged");
        }

        field = field[8..];
    }

    // Returns the length of the header. Its sizes are zero where they follow the data, so the directory's count.
    private int ReadLocalHeader(long offset, ReadOnlySpan<byte> nameBytes, string name, long directoryOffset)
    {
        Span<byte> header = stackalloc byte[LocalHeader];
        file.Read(offset, header);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        int length = LocalHeader + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        bool fits = BinaryPrimitives.ReadUInt32LittleEndian(header) == 0x04034B50 && nameLength == nameBytes.Length
            && length <= directoryOffset - offset;
        if (fits)
        {
            byte[] local = new byte[nameLength];
            file.Read(offset + LocalHeader, local);
            fits = nameBytes.SequenceEqual(local);
        }

        return fits
            ? length
            : throw Bad($"the zip entry {MessageText.Quote(name)} does not begin where the directory says; the file is damaged");
    }

    private void CheckPlaces(long directoryOffset)
    {
        ZipEntry? before = null;
        long total = 0;
        foreach (ZipEntry entry in entries.Values.OrderBy(e => e.HeaderOffset))
        {
            if (before is not null && before.DataOffset + before.CompressedSize > entry.HeaderOffset)
            {
                throw Bad($"the zip entries {MessageText.Quote(before.Name)} and {MessageText.Quote(entry.Name)} overlap; "
                    + "each must have a place of its own");
            }

            long limit = FreeBytes + (LargestRatio * directoryOffset);
            total = entry.Size > limit - total
                ? throw Bad($"the zip entries would unpack to more than {limit} bytes; a checkpoint's do not, this file is refused")
                : total + entry.Size;
            before = entry;
        }
    }

    private CheckpointFormatException Bad(string problem)
    {
        return new CheckpointFormatException(file.Path, problem);
    }
}
