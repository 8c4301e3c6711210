namespace Ctm.Tasks.Mazes;

/// <summary>Shortest routes by breadth-first search, with buffers of its own, so that solving allocates nothing. One per thread.</summary>
public sealed class MazeSolver
{
    private const byte Unseen = 255;

    private readonly int size;
    private readonly int[] queue;
    private readonly byte[] towardsGoal;

    public MazeSolver(int size)
    {
        MazeSize.Check(size);
        this.size = size;
        queue = new int[size * size];
        towardsGoal = new byte[size * size];
    }

    /// <summary>
    /// Writes the moves of the shortest route (the only one in a perfect maze) and returns their number, or -1 where walls
    /// separate start and goal. Walls and route hold size * size items.
    /// </summary>
    public int Solve(ReadOnlySpan<bool> walls, int start, int goal, Span<MazeMove> route)
    {
        if (!Search(walls, start, goal))
        {
            return -1;
        }

        var length = 0;
        for (var cell = start; cell != goal; length++)
        {
            var move = (MazeMove)towardsGoal[cell];
            route[length] = move;
            cell += MazeMoves.Offset(move, size);
        }

        return length;
    }

    // Searches from the goal, so that every cell learns its move towards the goal and the route reads off forwards.
    private bool Search(ReadOnlySpan<bool> walls, int start, int goal)
    {
        towardsGoal.AsSpan().Fill(Unseen);
        queue[0] = goal;
        towardsGoal[goal] = (byte)MazeMove.Wait;
        var tail = 1;
        for (var head = 0; head < tail; head++)
        {
            var cell = queue[head];
            if (cell == start)
            {
                return true;
            }

            var column = cell % size;
            Visit(walls, cell - size, cell >= size, MazeMove.Down, ref tail);
            Visit(walls, cell + size, cell + size < walls.Length, MazeMove.Up, ref tail);
            Visit(walls, cell - 1, column > 0, MazeMove.Right, ref tail);
            Visit(walls, cell + 1, column < size - 1, MazeMove.Left, ref tail);
        }

        return false;
    }

    private void Visit(ReadOnlySpan<bool> walls, int cell, bool inside, MazeMove back, ref int tail)
    {
        if (inside && !walls[cell] && towardsGoal[cell] == Unseen)
        {
            towardsGoal[cell] = (byte)back;
            queue[tail++] = cell;
        }
    }
}
