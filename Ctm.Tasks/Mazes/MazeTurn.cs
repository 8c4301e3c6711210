namespace Ctm.Tasks.Mazes;

/// <summary>
/// One turned or mirrored form of a maze: first a quarter turn (1 counter-clockwise, -1 clockwise, 0 none), then left and right
/// swapped, then top and bottom. Training draws each of the three with probability one half.
/// </summary>
public readonly record struct MazeTurn(int QuarterTurns, bool FlipHorizontally, bool FlipVertically)
{
    private const ulong Stream = 0x7475726E;

    /// <summary>The eight forms of a square, the maze as it is first.</summary>
    public static IReadOnlyList<MazeTurn> All { get; } =
    [
        .. from turn in new[] { 0, 1 } from horizontal in new[] { false, true } from vertical in new[] { false, true }
           select new MazeTurn(turn, horizontal, vertical),
    ];

    /// <summary>The form drawn for one position of a seeded training stream.</summary>
    public static MazeTurn Draw(ulong seed, ulong position)
    {
        var random = new SampleRandom(seed ^ Stream, position);
        var bits = random.Next();
        var turn = (bits & 1) == 0 ? 0 : (bits & 2) == 0 ? 1 : -1;
        return new MazeTurn(turn, (bits & 4) != 0, (bits & 8) != 0);
    }

    /// <summary>Writes the turned maze, its start, goal and relabelled route; source and destination must be two mazes.</summary>
    public void Apply(Maze source, Maze destination)
    {
        source.CheckSize(destination.Size);
        if (ReferenceEquals(source, destination))
        {
            throw new ArgumentException("a maze cannot be turned into itself: give two mazes");
        }

        var size = source.Size;
        var walls = source.Walls;
        var turned = destination.WallStorage;
        for (var cell = 0; cell < walls.Length; cell++)
        {
            turned[CellOf(cell, size)] = walls[cell];
        }

        Span<MazeMove> labels = stackalloc MazeMove[MazeMoves.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = MoveOf((MazeMove)i);
        }

        var route = source.Route;
        var turnedRoute = destination.RouteStorage;
        for (var i = 0; i < route.Length; i++)
        {
            turnedRoute[i] = labels[(int)route[i]];
        }

        destination.SetEnds(CellOf(source.Start, size), CellOf(source.Goal, size), route.Length);
    }

    /// <summary>What a move is called after turning and mirroring.</summary>
    public MazeMove MoveOf(MazeMove move)
    {
        var turned = (QuarterTurns, move) switch
        {
            (1, MazeMove.Up) or (-1, MazeMove.Down) => MazeMove.Left,
            (1, MazeMove.Left) or (-1, MazeMove.Right) => MazeMove.Down,
            (1, MazeMove.Down) or (-1, MazeMove.Up) => MazeMove.Right,
            (1, MazeMove.Right) or (-1, MazeMove.Left) => MazeMove.Up,
            _ => move,
        };
        var swaps = turned is MazeMove.Left or MazeMove.Right ? FlipHorizontally : FlipVertically;
        return swaps ? MazeMoves.Opposite(turned) : turned;
    }

    /// <summary>The move of the maze as it is that each move of its form stands for, by their numbers.</summary>
    public int[] MovesBack()
    {
        var moves = new int[MazeMoves.Count];
        for (var move = 0; move < moves.Length; move++)
        {
            moves[(int)MoveOf((MazeMove)move)] = move;
        }

        return moves;
    }

    private int CellOf(int cell, int size)
    {
        var last = size - 1;
        var (row, column) = Math.DivRem(cell, size);
        (row, column) = QuarterTurns switch
        {
            > 0 => (last - column, row),
            < 0 => (column, last - row),
            _ => (row, column),
        };
        column = FlipHorizontally ? last - column : column;
        row = FlipVertically ? last - row : row;
        return (row * size) + column;
    }
}
