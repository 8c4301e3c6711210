namespace Ctm.Tasks.Mazes;

/// <summary>
/// Perfect mazes (spanning trees of the rooms, by randomised depth-first search), start and goal in two different rooms.
/// Maze i of a seed, size and split is the same on every machine, and filling one allocates nothing. One generator per thread.
/// </summary>
public sealed class MazeGenerator
{
    private readonly ulong seed;
    private readonly int rooms;
    private readonly MazeMove[] trail;
    private readonly MazeSolver solver;

    /// <summary>Throws <see cref="TaskSettingException"/> for an even or too small size.</summary>
    public MazeGenerator(int size, ulong seed, MazeSplit split = MazeSplit.Train)
    {
        MazeSize.Check(size);
        this.seed = seed;
        Size = size;
        Split = split;
        rooms = (size - 1) / 2;
        trail = new MazeMove[rooms * rooms];
        solver = new MazeSolver(size);
    }

    /// <summary>Cells along one side, walls included: 11 has 5 x 5 rooms at odd coordinates.</summary>
    public int Size { get; }

    /// <summary>The split to which every layout drawn here belongs.</summary>
    public MazeSplit Split { get; }

    /// <summary>Draws maze number <paramref name="index"/> into a maze of this size.</summary>
    public void Fill(ulong index, Maze destination)
    {
        destination.CheckSize(Size);
        var random = new SampleRandom(seed, index);
        var walls = destination.WallStorage;
        do
        {
            Carve(walls, ref random);
        }
        while (MazeLayout.SplitOf(Size, walls) != Split);

        var startRoom = random.Below(rooms * rooms);
        var goalRoom = random.Below((rooms * rooms) - 1);
        goalRoom += goalRoom >= startRoom ? 1 : 0;
        var start = CellOf(startRoom);
        var goal = CellOf(goalRoom);
        destination.SetEnds(start, goal, solver.Solve(walls, start, goal, destination.RouteStorage));
    }

    private int CellOf(int room)
    {
        return (((room / rooms * 2) + 1) * Size) + (room % rooms * 2) + 1;
    }

    // A room is unvisited while it is still wall; the trail holds the moves back to the first room.
    private void Carve(Span<bool> walls, ref SampleRandom random)
    {
        walls.Fill(true);
        var x = (2 * random.Below(rooms)) + 1;
        var y = (2 * random.Below(rooms)) + 1;
        walls[(y * Size) + x] = false;
        var depth = 0;
        Span<MazeMove> open = stackalloc MazeMove[4];
        while (true)
        {
            var cell = (y * Size) + x;
            var count = 0;
            if (y > 1 && walls[cell - (2 * Size)])
            {
                open[count++] = MazeMove.Up;
            }

            if (y < Size - 2 && walls[cell + (2 * Size)])
            {
                open[count++] = MazeMove.Down;
            }

            if (x > 1 && walls[cell - 2])
            {
                open[count++] = MazeMove.Left;
            }

            if (x < Size - 2 && walls[cell + 2])
            {
                open[count++] = MazeMove.Right;
            }

            MazeMove move;
            if (count > 0)
            {
                move = open[count == 1 ? 0 : random.Below(count)];
                var offset = MazeMoves.Offset(move, Size);
                walls[cell + offset] = false;
                walls[cell + (2 * offset)] = false;
                trail[depth++] = MazeMoves.Opposite(move);
            }
            else if (depth > 0)
            {
                move = trail[--depth];
            }
            else
            {
                return;
            }

            x += move == MazeMove.Left ? -2 : move == MazeMove.Right ? 2 : 0;
            y += move == MazeMove.Up ? -2 : move == MazeMove.Down ? 2 : 0;
        }
    }
}
