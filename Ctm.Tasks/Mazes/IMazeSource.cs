namespace Ctm.Tasks.Mazes;

/// <summary>Mazes of one size by number: the same number is always the same maze.</summary>
public interface IMazeSource
{
    /// <summary>Cells along one side, walls included.</summary>
    int Size { get; }

    /// <summary>How many mazes there are; <see cref="long.MaxValue"/> where they never end.</summary>
    long Count { get; }

    /// <summary>Fills a maze of this size with maze number <paramref name="index"/>, from 0 to Count - 1.</summary>
    void Read(long index, Maze destination);
}

/// <summary>Generated mazes as a source: an endless stream, or the first <c>count</c> mazes of a seed as a fixed set.</summary>
public sealed class GeneratedMazes : IMazeSource
{
    private readonly MazeGenerator generator;

    public GeneratedMazes(int size, ulong seed, MazeSplit split, long count = long.MaxValue)
    {
        if (count < 1)
        {
            throw new TaskSettingException(FormattableString.Invariant($"{count} mazes were asked for: 1 or more are needed"));
        }

        generator = new MazeGenerator(size, seed, split);
        Count = count;
    }

    public int Size => generator.Size;

    public long Count { get; }

    public void Read(long index, Maze destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        generator.Fill((ulong)index, destination);
    }
}
