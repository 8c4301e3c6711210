using System.Text;

namespace Ctm.Engine.Files;

/// <summary>
/// Writes files so that a crash at any moment leaves the old file or the complete new one: the content goes to
/// <c>PATH.tmp</c> in the same folder, is flushed to the disk, and takes the path's place by a rename.
/// </summary>
public static class AtomicFile
{
    /// <summary>Suffix of the file that is being written; a crash may leave one behind, the next write replaces it.</summary>
    public const string TemporarySuffix = ".tmp";

    private const int BufferBytes = 1 << 16;

    /// <summary>Writes a file through a stream. On any failure the old file stays, and the temporary one is removed.</summary>
    /// <param name="path">Path of the file; its folder must exist.</param>
    /// <param name="write">Writes the content; what it throws goes on to the caller.</param>
    /// <exception cref="IOException">The file cannot be written, or another writer is writing it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        Write(path, write, null);
    }

    /// <summary>Writes a text file in UTF-8 without byte order mark.</summary>
    /// <param name="path">Path of the file; its folder must exist.</param>
    /// <param name="text">The whole content.</param>
    /// <exception cref="IOException">As <see cref="Write(string, Action{Stream})"/>.</exception>
    public static void WriteText(string path, string text)
    {
        byte[] bytes = new UTF8Encoding(false).GetBytes(text);
        Write(path, stream => stream.Write(bytes));
    }

    /// <summary>As the public method; <paramref name="beforeRename"/> is called when the temporary file is complete.</summary>
    internal static void Write(string path, Action<Stream> write, Action? beforeRename)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string temporary = full + TemporarySuffix;

        // Opened outside of the try: a file that another writer holds open is not ours to delete.
        var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            beforeRename?.Invoke();
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DiskFlush.Folder(Path.GetDirectoryName(full)!);
    }
}
