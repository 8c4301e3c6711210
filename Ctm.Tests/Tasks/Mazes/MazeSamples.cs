using Ctm.Tasks.Mazes;

namespace Ctm.Tests.Tasks.Mazes;

/// <summary>Small mazes drawn as text: # wall, . free, S start, G goal.</summary>
internal static class MazeSamples
{
    /// <summary>Route: right, right, down, down, left, left.</summary>
    public static readonly string[] Hook =
    [
        "#####",
        "#S..#",
        "###.#",
        "#G..#",
        "#####",
    ];

    public static Maze Parse(params string[] rows)
    {
        var text = string.Concat(rows);
        var maze = new Maze(rows.Length);
        maze.Assign([.. text.Select(cell => cell == '#')], text.IndexOf('S'), text.IndexOf('G'));
        return maze;
    }

    public static Maze Draw(int size, ulong seed, ulong index, MazeSplit split = MazeSplit.Train)
    {
        var maze = new Maze(size);
        new MazeGenerator(size, seed, split).Fill(index, maze);
        return maze;
    }

    public static string Text(Maze maze)
    {
        return string.Concat(maze.Walls.ToArray().Select((wall, cell) =>
            cell == maze.Start ? 'S' : cell == maze.Goal ? 'G' : wall ? '#' : '.'));
    }

    public static string Layout(Maze maze)
    {
        return string.Concat(maze.Walls.ToArray().Select(wall => wall ? '#' : '.'));
    }

    public static int[] Targets(Maze maze, int length)
    {
        var targets = new int[length];
        maze.WriteTargets(targets);
        return targets;
    }
}
