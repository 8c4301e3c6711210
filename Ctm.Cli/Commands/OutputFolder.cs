using Ctm.Engine.Files;
using Ctm.Engine.Training;

namespace Ctm.Cli.Commands;

/// <summary>
/// A folder that a checkpoint is written to: a new one, an empty one, or a model alone (no state of training) that is replaced as a whole.
/// </summary>
internal static class OutputFolder
{
    /// <summary>Changes nothing; fails when something else than a model would be lost.</summary>
    public static void Check(string path)
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

        if (!Directory.Exists(full) || !Directory.EnumerateFileSystemEntries(full).Any())
        {
            return;
        }

        if (Checkpoint.ForeignEntry(full) is { } foreign)
        {
            throw new UsageException($"The folder '{path}' holds '{foreign}', which is no part of a model alone: choose another --out.");
        }

        if (Checkpoint.MissingFile(full) is { } missing)
        {
            throw new UsageException($"The folder '{path}' is no checkpoint, since it has no {missing}: choose another --out.");
        }
    }

    /// <summary>Makes the folder that the checked folder will lie in.</summary>
    public static void CreateParent(string path) =>
        Directory.CreateDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))!);
}
