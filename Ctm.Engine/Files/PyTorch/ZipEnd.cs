using System.Buffers.Binary;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>What the end of a zip file says about its directory.</summary>
/// <param name="Count">Number of entries.</param>
/// <param name="Size">Bytes of the directory.</param>
/// <param name="Offset">Where the directory begins; it lies within the file.</param>
internal sealed record ZipEnd(long Count, long Size, long Offset)
{
    private const int EndRecord = 22;
    private const int WideEndRecord = 56;
    private const int WideLocator = 20;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>Finds the end record, and the 64-bit one where there is one.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or it points outside of the file.</exception>
    public static ZipEnd Find(FileBytes file)
    {
        long start = Math.Max(0, file.Length - EndRecord - LongestComment);
        byte[] tail = new byte[file.Length - start];
        file.Read(start, tail);
        int at = FindRecord(tail);
        if (at < 0)
        {
            throw new CheckpointFormatException(
                file.Path, "there is no zip directory at the end; the file is truncated or not a checkpoint of PyTorch 1.6 or later");
        }

        ReadOnlySpan<byte> record = tail.AsSpan(at, EndRecord);
        bool oneDisk = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == 0
            && BinaryPrimitives.ReadUInt16LittleEndian(record[8..]) == BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        var end = new ZipEnd(
            BinaryPrimitives.ReadUInt16LittleEndian(record[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
            BinaryPrimitives.ReadUInt32LittleEndian(record[16..]));
        long limit = start + at;
        if (limit >= WideLocator + WideEndRecord && ReadWide(file, limit - WideLocator) is { } wide)
        {
            (end, limit) = wide;
        }

        return oneDisk && end.Count >= 0 && end.Offset >= 0 && end.Size >= 0 && end.Offset <= limit && end.Size <= limit - end.Offset
            ? end
            : throw new CheckpointFormatException(
                file.Path, "the zip directory does not lie within the file; the file is truncated or damaged");
    }

    // The comment behind the record must reach to the end of the file.
    private static int FindRecord(ReadOnlySpan<byte> tail)
    {
        for (int at = tail.Length - EndRecord; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == 0x06054B50
                && BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length - at - EndRecord)
            {
                return at;
            }
        }

        return -1;
    }

    private static (ZipEnd End, long Limit)? ReadWide(FileBytes file, long locatorOffset)
    {
        Span<byte> locator = stackalloc byte[WideLocator];
        file.Read(locatorOffset, locator);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != 0x07064B50)
        {
            return null;
        }

        long offset = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        Span<byte> record = stackalloc byte[WideEndRecord];
        if (offset >= 0 && offset <= locatorOffset - WideEndRecord)
        {
            file.Read(offset, record);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(record) == 0x06064B50
            ? (new ZipEnd(
                BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
                BinaryPrimitives.ReadInt64LittleEndian(record[40..]),
                BinaryPrimitives.ReadInt64LittleEndian(record[48..])), offset)
            : throw new CheckpointFormatException(
                file.Path, "the 64-bit zip directory is not where the file says; the file is truncated or damaged");
    }
}
