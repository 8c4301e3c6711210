namespace Ctm.Engine.Files;

/// <summary>
/// Replaces a folder of several files (a checkpoint) so that a crash at any moment leaves the old or the new content
/// readable as a whole. The new content is made in <c>PATH.new</c> and flushed; then <c>PATH</c> becomes <c>PATH.old</c>,
/// <c>PATH.new</c> becomes <c>PATH</c>, and <c>PATH.old</c> is deleted. Hence, where <c>PATH</c> is missing and both
/// others are there, <c>PATH.new</c> is complete; in every other case <c>PATH.new</c> is not trusted.
/// One process writes a given path at a time.
/// </summary>
public static class AtomicDirectory
{
    /// <summary>Suffix of the folder that is being written.</summary>
    public const string NewSuffix = ".new";

    /// <summary>Suffix of the folder that is being replaced.</summary>
    public const string OldSuffix = ".old";

    /// <summary>Replaces the folder. On a failure before the swap the old folder stays and the new one is removed.</summary>
    /// <param name="path">The folder; its parent must exist, it need not.</param>
    /// <param name="fill">Writes all files into the empty folder whose path it gets; what it throws goes on to the caller.</param>
    /// <exception cref="IOException">A file or folder cannot be written or renamed.</exception>
    public static void Replace(string path, Action<string> fill)
    {
        Replace(path, fill, null);
    }

    /// <summary>
    /// The folder that holds the last complete content: the path itself, or what an interrupted swap has left of it.
    /// Changes nothing.
    /// </summary>
    /// <param name="path">The folder as it was given to <see cref="Replace(string, Action{string})"/>.</param>
    /// <returns>The folder to read, or null where there is no complete content.</returns>
    public static string? Resolve(string path)
    {
        string full = Full(path);
        if (Directory.Exists(full))
        {
            return full;
        }

        if (!Directory.Exists(full + OldSuffix))
        {
            return null;
        }

        return Directory.Exists(full + NewSuffix) ? full + NewSuffix : full + OldSuffix;
    }

    /// <summary>Finishes or undoes an interrupted swap and removes what it left behind. For the writer;
    /// readers use <see cref="Resolve"/>.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">A folder cannot be renamed or deleted.</exception>
    public static void Recover(string path)
    {
        string full = Full(path);
        string? source = Resolve(full);
        if (source is not null && source != full)
        {
            Directory.Move(source, full);
            DiskFlush.Folder(Path.GetDirectoryName(full)!);
        }

        DeleteIfThere(full + NewSuffix);
        DeleteIfThere(full + OldSuffix);
    }

    /// <summary>As the public method; <paramref name="step"/> hears the name of every step that has just been done.</summary>
    internal static void Replace(string path, Action<string> fill, Action<string>? step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(fill);
        string full = Full(path);
        string parent = Path.GetDirectoryName(full) ?? throw new IOException($"{path}: a root folder cannot be replaced");
        if (!Directory.Exists(parent))
        {
            throw new DirectoryNotFoundException(
                $"{parent}: there is no such folder; create it before {Path.GetFileName(full)} is written there");
        }

        Recover(full);
        string next = full + NewSuffix;
        string old = full + OldSuffix;
        Directory.CreateDirectory(next);
        step?.Invoke("created");
        try
        {
            fill(next);
            step?.Invoke("filled");
            DiskFlush.Tree(next);
            DiskFlush.Folder(parent);
            step?.Invoke("flushed");
            Swap(full, next, old, parent, step);
        }
        catch
        {
            DeleteIfThere(next);
            throw;
        }

        DeleteIfThere(old);
        step?.Invoke("old deleted");
    }

    private static void Swap(string full, string next, string old, string parent, Action<string>? step)
    {
        bool replaces = Directory.Exists(full);
        if (replaces)
        {
            Directory.Move(full, old);
            DiskFlush.Folder(parent);
            step?.Invoke("old moved away");
        }

        try
        {
            Directory.Move(next, full);
        }
        catch when (replaces)
        {
            Directory.Move(old, full);
            throw;
        }

        DiskFlush.Folder(parent);
        step?.Invoke("new in place");
    }

    private static string Full(string path)
    {
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    private static void DeleteIfThere(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
