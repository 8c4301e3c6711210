using System.Globalization;

namespace Ctm.Tasks.Mazes;

/// <summary>Writes generated mazes as pictures in the published layout, readable by <see cref="MazeImageFolder"/>.</summary>
public static class MazeExport
{
    /// <summary>
    /// Writes <c>folder/{train,test}/0/maze_0000000000.png</c> and so on: the first mazes of each split of a seed. An interrupted
    /// export leaves whole pictures only, and running it again completes it. Refuses a folder that holds other pictures.
    /// </summary>
    public static void Write(
        string folder,
        int size,
        ulong seed,
        int trainCount,
        int testCount,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        MazeSize.Check(size);
        if (trainCount < 0 || testCount < 0 || (trainCount | testCount) == 0)
        {
            throw new TaskSettingException(FormattableString.Invariant(
                $"{trainCount} training and {testCount} test mazes were asked for: 0 or more of each, and 1 at least"));
        }

        CheckFolder(folder, MazeSplit.Train, trainCount);
        CheckFolder(folder, MazeSplit.Test, testCount);
        var written = WriteSplit(folder, size, seed, MazeSplit.Train, trainCount, 0, progress, cancellation);
        WriteSplit(folder, size, seed, MazeSplit.Test, testCount, written, progress, cancellation);
    }

    private static int WriteSplit(
        string folder,
        int size,
        ulong seed,
        MazeSplit split,
        int count,
        int written,
        IProgress<int>? progress,
        CancellationToken cancellation)
    {
        if (count == 0)
        {
            return written;
        }

        var target = Directory.CreateDirectory(Path.Combine(folder, MazeFolder.NameOf(split), MazeFolder.OnlyClass));
        var generator = new MazeGenerator(size, seed, split);
        var maze = new Maze(size);
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            generator.Fill((ulong)i, maze);
            MazePng.Write(Path.Combine(target.FullName, FileName(i)), maze);
            progress?.Report(++written);
        }

        return written;
    }

    // Ten digits hold every int, so that the names' order is the numbers' order.
    private static string FileName(int index)
    {
        return string.Create(CultureInfo.InvariantCulture, $"maze_{index:D10}.png");
    }

    private static int? IndexOf(string name)
    {
        var first = FileName(0).AsSpan().IndexOf('0');
        return name.Length == FileName(0).Length
            && int.TryParse(name.AsSpan(first, 10), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && name == FileName(index) ? index : null;
    }

    // Other pictures in the folder would silently become part of the data set, with other layouts and perhaps another size.
    private static void CheckFolder(string folder, MazeSplit split, int count)
    {
        var splitFolder = Path.Combine(folder, MazeFolder.NameOf(split));
        if (!Directory.Exists(splitFolder))
        {
            return;
        }

        var target = Path.Combine(splitFolder, MazeFolder.OnlyClass);
        foreach (var file in MazeFolder.Pictures(splitFolder))
        {
            var ours = Path.GetDirectoryName(file) == target && IndexOf(Path.GetFileName(file)) is int index && index < count;
            if (!ours)
            {
                throw new TaskSettingException(
                    $"{file}: the folder already holds a picture that this export would not write: choose an empty folder");
            }
        }
    }
}
