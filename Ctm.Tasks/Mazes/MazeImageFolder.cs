using System.Collections;

namespace Ctm.Tasks.Mazes;

/// <summary>
/// The mazes of one split of a folder in the published layout (<c>SIZE/{train,test}/CLASS/*.png</c>), read and solved at once
/// and kept in memory with one bit a cell.
/// </summary>
public sealed class MazeImageFolder : IMazeSource
{
    private readonly Entry[] entries;
    private readonly bool[] walls;

    private MazeImageFolder(int size, Entry[] entries)
    {
        Size = size;
        this.entries = entries;
        walls = new bool[size * size];
    }

    public int Size { get; }

    public long Count => entries.Length;

    /// <summary>
    /// Loads the pictures in the order of their names, at most <paramref name="limit"/>. Throws
    /// <see cref="DirectoryNotFoundException"/> or <see cref="InvalidDataException"/> with one line that names the fault.
    /// </summary>
    public static MazeImageFolder Load(string folder, MazeSplit split, int limit = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var splitFolder = Path.Combine(folder, MazeFolder.NameOf(split));
        if (!Directory.Exists(splitFolder))
        {
            throw new DirectoryNotFoundException(
                $"{splitFolder}: no such folder; mazes are expected as {MazeFolder.NameOf(split)}/CLASS/*.png below {folder}");
        }

        var files = MazeFolder.Pictures(splitFolder);
        files = files[..Math.Min(limit, files.Length)];
        if (files.Length == 0)
        {
            throw new InvalidDataException($"{splitFolder}: holds no class folder with PNG pictures of mazes");
        }

        var entries = new Entry[files.Length];
        var faults = new Exception?[files.Length];
        Parallel.For(0, files.Length, (i, loop) =>
        {
            try
            {
                entries[i] = Entry.Of(MazePng.Read(files[i]));
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                faults[i] = fault;
                loop.Break();
            }
        });

        var first = Array.Find(faults, fault => fault is not null);
        if (first is not null)
        {
            throw new InvalidDataException(first.Message, first);
        }

        CheckSizes(files, entries);
        return new MazeImageFolder(entries[0].Size, entries);
    }

    public void Read(long index, Maze destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        destination.CheckSize(Size);
        var entry = entries[index];
        entry.Walls.CopyTo(walls, 0);
        walls.CopyTo(destination.WallStorage);
        entry.Route.CopyTo(destination.RouteStorage);
        destination.SetEnds(entry.Start, entry.Goal, entry.Route.Length);
    }

    private static void CheckSizes(string[] files, Entry[] entries)
    {
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i].Size != entries[0].Size)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{files[i]}: a maze of size {entries[i].Size} among mazes of size {entries[0].Size}: a folder holds one size"));
            }
        }
    }

    private readonly record struct Entry(int Size, BitArray Walls, int Start, int Goal, MazeMove[] Route)
    {
        public static Entry Of(Maze maze)
        {
            return new Entry(maze.Size, new BitArray(maze.Walls.ToArray()), maze.Start, maze.Goal, maze.Route.ToArray());
        }
    }
}
