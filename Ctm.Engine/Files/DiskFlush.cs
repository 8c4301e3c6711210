using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ctm.Engine.Files;

/// <summary>Pushes files and folder entries to the disk, so that a power failure cannot undo or reorder a rename.</summary>
internal static partial class DiskFlush
{
    private const int ReadOnly = 0;

    /// <summary>Flushes every file and folder below the folder, and the folder itself.</summary>
    public static void Tree(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            Tree(child);
        }

        Folder(folder);
    }

    /// <summary>
    /// Flushes the entries of a folder. Windows journals them and has no such call; a Unix file system without it is
    /// taken as it is, since the data themselves are flushed already.
    /// </summary>
    public static void Folder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = OpenFolder(folder, ReadOnly);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = CloseFolder(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFolder(int descriptor);
}
