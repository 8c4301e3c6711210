using Microsoft.Win32.SafeHandles;

namespace Ctm.Engine.Files;

/// <summary>The bytes of a file, on disk or in memory, read at any position.</summary>
internal sealed class FileBytes : IDisposable
{
    private readonly SafeFileHandle? handle;
    private readonly ReadOnlyMemory<byte> content;

    private FileBytes(string path, SafeFileHandle? handle, ReadOnlyMemory<byte> content)
    {
        Path = path;
        this.handle = handle;
        this.content = content;
        Length = handle is null ? content.Length : RandomAccess.GetLength(handle);
    }

    /// <summary>Path or name of the file, for messages.</summary>
    public string Path { get; }

    /// <summary>Number of bytes when the file was opened.</summary>
    public long Length { get; }

    /// <summary>Opens a file, shared for reading and deletion.</summary>
    /// <exception cref="IOException">The file cannot be read, or does not exist.</exception>
    public static FileBytes Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new FileBytes(path, handle, default);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>A file that is in memory; the bytes are not copied.</summary>
    public static FileBytes Of(ReadOnlyMemory<byte> content, string name)
    {
        return new FileBytes(name, null, content);
    }

    /// <summary>Fills the span from the bytes at a position; the range must lie within <see cref="Length"/>.</summary>
    /// <exception cref="CheckpointFormatException">The file has shrunk since it was opened.</exception>
    public void Read(long position, Span<byte> destination)
    {
        if (handle is null)
        {
            content.Span.Slice((int)position, destination.Length).CopyTo(destination);
            return;
        }

        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle, destination, position);
            if (read == 0)
            {
                throw new CheckpointFormatException(
                    Path, $"the file ends at byte {position} while it is read; it was cut after it was opened");
            }

            position += read;
            destination = destination[read..];
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        handle?.Dispose();
    }
}
