namespace Ctm.Engine.Files.PyTorch;

/// <summary>An entry of a zip file, as its directory has it.</summary>
/// <param name="Name">Name with forward slashes.</param>
/// <param name="IsDeflated">Compressed by deflate; stored as it is otherwise.</param>
/// <param name="Crc">Checksum of the content.</param>
/// <param name="CompressedSize">Bytes in the file.</param>
/// <param name="Size">Bytes of the content.</param>
/// <param name="HeaderOffset">Where the entry begins.</param>
/// <param name="DataOffset">Where its bytes begin.</param>
internal sealed record ZipEntry(
    string Name, bool IsDeflated, uint Crc, long CompressedSize, long Size, long HeaderOffset, long DataOffset);
