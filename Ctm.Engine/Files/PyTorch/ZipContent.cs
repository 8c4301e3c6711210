using System.IO.Compression;

namespace Ctm.Engine.Files.PyTorch;

/// <summary>Reads the content of zip entries and checks it against the directory.</summary>
/// <param name="file">The zip file.</param>
internal sealed class ZipContent(FileBytes file)
{
    /// <summary>The whole content of an entry, as long as the directory says.</summary>
    /// <exception cref="CheckpointFormatException">The content is damaged, or does not fit into an array.</exception>
    public byte[] Read(ZipEntry entry)
    {
        if (entry.Size > Array.MaxLength || entry.CompressedSize > Array.MaxLength)
        {
            throw Bad(entry, $"has {Math.Max(entry.Size, entry.CompressedSize)} bytes; at most {Array.MaxLength} can be read at once");
        }

        byte[] content = new byte[entry.CompressedSize];
        file.Read(entry.DataOffset, content);
        if (entry.IsDeflated)
        {
            content = Inflate(entry, content);
        }

        return Crc32.Of(content) == entry.Crc
            ? content
            : throw Bad(entry, "has another checksum than the directory says; the file is damaged");
    }

    private byte[] Inflate(ZipEntry entry, byte[] compressed)
    {
        byte[] content = new byte[entry.Size];
        try
        {
            using var stream = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
            int read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return read == content.Length && stream.ReadByte() < 0
                ? content
                : throw Bad(entry, $"does not unpack to the {entry.Size} bytes that the directory says; the file is damaged");
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointFormatException(
                file.Path, $"the zip entry {MessageText.Quote(entry.Name)} is not validly compressed; the file is damaged", e);
        }
    }

    private CheckpointFormatException Bad(ZipEntry entry, string problem)
    {
        return new CheckpointFormatException(file.Path, $"the zip entry {MessageText.Quote(entry.Name)} {problem}");
    }
}
