namespace Ctm.Tasks.Mazes;

/// <summary>A predicted route walked over a maze, cell by cell, until it ends or runs into a wall.</summary>
public sealed class MazeWalk
{
    private MazeWalk(int[] cells, int wallStep, int goalStep, int correctSteps)
    {
        Cells = cells;
        WallStep = wallStep;
        GoalStep = goalStep;
        CorrectSteps = correctSteps;
    }

    /// <summary>The cells visited: the start, then one cell after each step taken (the same cell again after a wait).</summary>
    public IReadOnlyList<int> Cells { get; }

    /// <summary>The step that ran into a wall or out of the picture, where the walk ends; -1 if none did.</summary>
    public int WallStep { get; }

    /// <summary>The number of steps after which the goal was reached for the first time; -1 if it was not.</summary>
    public int GoalStep { get; }

    /// <summary>How many steps from the start on equal the maze's route, waits after the goal included.</summary>
    public int CorrectSteps { get; }

    public bool HitsWall => WallStep >= 0;

    public bool ReachesGoal => GoalStep >= 0;

    /// <summary>Walks predicted classes (0 to 4, as <see cref="MazeMove"/>) from the maze's start.</summary>
    public static MazeWalk Follow(Maze maze, ReadOnlySpan<int> moves)
    {
        var cells = new List<int>(moves.Length + 1) { maze.Start };
        var wallStep = -1;
        var goalStep = -1;
        for (var i = 0; i < moves.Length; i++)
        {
            var next = Step(maze.Walls, maze.Size, cells[^1], (MazeMove)moves[i]);
            if (next < 0)
            {
                wallStep = i;
                break;
            }

            cells.Add(next);
            goalStep = goalStep < 0 && next == maze.Goal ? i + 1 : goalStep;
        }

        return new MazeWalk([.. cells], wallStep, goalStep, CountCorrect(maze, moves));
    }

    /// <summary>The cell after a move, or -1 where that is a wall, outside the maze, or no move at all.</summary>
    public static int Step(ReadOnlySpan<bool> walls, int size, int cell, MazeMove move)
    {
        var column = cell % size;
        var inside = move switch
        {
            MazeMove.Up => cell >= size,
            MazeMove.Down => cell + size < walls.Length,
            MazeMove.Left => column > 0,
            MazeMove.Right => column < size - 1,
            MazeMove.Wait => true,
            _ => false,
        };
        var next = cell + MazeMoves.Offset(move, size);
        return inside && !walls[next] ? next : -1;
    }

    private static int CountCorrect(Maze maze, ReadOnlySpan<int> moves)
    {
        var route = maze.Route;
        for (var i = 0; i < moves.Length; i++)
        {
            var wanted = i < route.Length ? route[i] : MazeMove.Wait;
            if (moves[i] != (int)wanted)
            {
                return i;
            }
        }

        return moves.Length;
    }
}
