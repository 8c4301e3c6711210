using Ctm.Engine.Files;
using Ctm.Engine.Training;

namespace Ctm.Cli.Commands;

/// <summary>
/// A folder that is written as a whole: a new one, an empty one, or one that holds nothing but what the same command wrote.
/// </summary>
internal static class OutputFolder
{
    /// <summary>
    /// For a checkpoint: changes nothing; fails when something else than a model alone (no state of training) would be lost.
    /// </summary>
    public static void Check(string path)
    {
        if (!HasEntries(path))
        {
            return;
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Checkpoint.ForeignEntry(full) is { } foreign)
        {
            throw new UsageException($"The folder '{path}' holds '{foreign}', which is no part of a model alone: choose another --out.");
        }

        if (Checkpoint.MissingFile(full) is { } missing)
        {
            throw new UsageException($"The folder '{path}' is no checkpoint, since it has no {missing}: choose another --out.");
        }
    }

    /// <summary>For files of known names: changes nothing; fails when the folder holds anything else.</summary>
    public static void Check(string path, IReadOnlySet<string> names)
    {
        if (HasEntries(path)
            && Directory.EnumerateFileSystemEntries(path).FirstOrDefault(e => !names.Contains(Path.GetFileName(e))) is { } foreign)
        {
            throw new UsageException(
                $"The folder '{path}' holds '{Path.GetFileName(foreign)}', which this command did not write: choose another --out.");
        }
    }

    /// <summary>Makes the folder that the checked folder will lie in.</summary>
    public static void CreateParent(string path) =>
        Directory.CreateDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))!);

    /// <summary>Whether there is something in the folder; fails where no folder can be.</summary>
    private static bool HasEntries(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new UsageException("--out needs a folder.");
        }

        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (string? part = full; part is not null; part = Path.GetDirectoryName(part))
        {
            if (File.Exists(part))
            {
                throw new UsageException($"The folder '{path}' cannot be written, since '{part}' is a file: choose another --out.");
            }
        }

        foreach (string suffix in new[] { AtomicDirectory.NewSuffix, AtomicDirectory.OldSuffix })
        {
            if (Path.Exists(full + suffix))
            {
                throw new UsageException(
                    $"'{path}{suffix}' is in the way, maybe from a write that was interrupted: remove or rename it, "
                    + "or choose another --out.");
            }
        }

        return Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any();
    }
}
