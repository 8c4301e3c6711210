using System.Globalization;

namespace Ctm.Tasks.Mazes;

/// <summary>
/// A maze of size x size cells (walls included), a start, a goal, and the route between them as moves. A cell's index is
/// row * size + column. The storage is reused: generators and readers fill a maze of the caller's.
/// </summary>
public sealed class Maze
{
    private readonly bool[] walls;
    private readonly MazeMove[] route;

    /// <summary>Makes an empty maze to be filled. Throws <see cref="TaskSettingException"/> for an even or too small size.</summary>
    public Maze(int size)
    {
        MazeSize.Check(size);
        Size = size;
        walls = new bool[size * size];
        route = new MazeMove[size * size];
    }

    /// <summary>Rows, which are as many as columns.</summary>
    public int Size { get; }

    /// <summary>Index of the cell where the route starts.</summary>
    public int Start { get; private set; }

    /// <summary>Index of the cell where the route ends.</summary>
    public int Goal { get; private set; }

    /// <summary>Number of moves from start to goal, of which <see cref="WriteTargets"/> may show only the first.</summary>
    public int RouteLength { get; private set; }

    /// <summary>True where a cell is wall, row-major (size * size).</summary>
    public ReadOnlySpan<bool> Walls => walls;

    /// <summary>The moves from start to goal, without waits.</summary>
    public ReadOnlySpan<MazeMove> Route => route.AsSpan(0, RouteLength);

    internal Span<bool> WallStorage => walls;

    internal Span<MazeMove> RouteStorage => route;

    public bool IsWall(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Size);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Size);
        return walls[(row * Size) + column];
    }

    /// <summary>Takes walls (size * size), start and goal, and finds the shortest route. Throws where no route exists.</summary>
    public void Assign(ReadOnlySpan<bool> newWalls, int start, int goal)
    {
        CheckLayout(newWalls, start, goal);
        newWalls.CopyTo(walls);
        var length = new MazeSolver(Size).Solve(walls, start, goal, route);
        if (length < 0)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"no route leads from cell {start} to cell {goal}: walls separate them"));
        }

        SetEnds(start, goal, length);
    }

    /// <summary>Takes walls, start, goal and a known route. Throws where the route leaves the free cells or misses the goal.</summary>
    public void Assign(ReadOnlySpan<bool> newWalls, int start, int goal, ReadOnlySpan<MazeMove> newRoute)
    {
        CheckLayout(newWalls, start, goal);
        CheckRoute(newWalls, start, goal, newRoute);
        newWalls.CopyTo(walls);
        newRoute.CopyTo(route);
        SetEnds(start, goal, newRoute.Length);
    }

    /// <summary>Copies another maze of the same size into this one.</summary>
    public void CopyFrom(Maze source)
    {
        source.CheckSize(Size);
        source.Walls.CopyTo(walls);
        source.Route.CopyTo(route);
        SetEnds(source.Start, source.Goal, source.RouteLength);
    }

    /// <summary>Writes the route as classes: padded with <see cref="MazeMove.Wait"/>, cut at the targets' length.</summary>
    public void WriteTargets(Span<int> targets)
    {
        var shown = Math.Min(targets.Length, RouteLength);
        for (var i = 0; i < shown; i++)
        {
            targets[i] = (int)route[i];
        }

        targets[shown..].Fill((int)MazeMove.Wait);
    }

    internal void SetEnds(int start, int goal, int routeLength)
    {
        Start = start;
        Goal = goal;
        RouteLength = routeLength;
    }

    internal void CheckSize(int wanted)
    {
        if (Size != wanted)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"the maze is {Size} cells wide, {wanted} are needed here"));
        }
    }

    private void CheckLayout(ReadOnlySpan<bool> newWalls, int start, int goal)
    {
        if (newWalls.Length != walls.Length)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"a maze of size {Size} has {walls.Length} cells, not {newWalls.Length}"), nameof(newWalls));
        }

        CheckEnd(newWalls, start, nameof(start));
        CheckEnd(newWalls, goal, nameof(goal));
    }

    private static void CheckEnd(ReadOnlySpan<bool> newWalls, int cell, string name)
    {
        if ((uint)cell >= (uint)newWalls.Length || newWalls[cell])
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"{name} cell {cell} is not a free cell of the maze"), name);
        }
    }

    private void CheckRoute(ReadOnlySpan<bool> newWalls, int start, int goal, ReadOnlySpan<MazeMove> newRoute)
    {
        if (newRoute.Length > route.Length)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"a route has at most {route.Length} moves here, not {newRoute.Length}"), nameof(newRoute));
        }

        var cell = start;
        for (var i = 0; i < newRoute.Length; i++)
        {
            var next = MazeWalk.Step(newWalls, Size, cell, newRoute[i]);
            if (next < 0 || newRoute[i] == MazeMove.Wait)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture, $"move {i} of the route ({newRoute[i]}) does not lead to a free cell"), nameof(newRoute));
            }

            cell = next;
        }

        if (cell != goal)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture, $"the route ends at cell {cell}, the goal is cell {goal}"), nameof(newRoute));
        }
    }
}
