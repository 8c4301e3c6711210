namespace Ctm.Tasks.Mazes;

/// <summary>Solving mazes whose routes are longer than a model can predict, by applying it again from where its moves have led.</summary>
/// <param name="Limit">The most applications to one maze.</param>
/// <param name="Solved">Share of mazes whose goal is reached.</param>
/// <param name="MeanApplications">Mean number of applications to the mazes that are solved; 0 where none is.</param>
/// <param name="ByRouteLength">The same by rising length of the route, groups of equal size.</param>
public sealed record MazeReapplication(int Limit, double Solved, double MeanApplications, IReadOnlyList<ReapplicationGroup> ByRouteLength);

/// <summary>Mazes with routes of about the same length.</summary>
/// <param name="RouteLength">Mean length of the shortest routes, in moves.</param>
/// <param name="Solved">Share of mazes whose goal is reached.</param>
/// <param name="MeanApplications">Mean number of applications to those; 0 where there are none.</param>
/// <param name="Count">Number of mazes.</param>
public sealed record ReapplicationGroup(double RouteLength, double Solved, double MeanApplications, int Count);

/// <summary>
/// Walks a maze by one prediction after another (paper section 4.2). A prediction is followed to its end, to the goal, or to its third move
/// into a wall; the first two such moves are skipped. The next one starts where it ended. A walk that ends where a prediction before
/// started would go round for ever, so the maze is given up.
/// </summary>
/// <param name="maze">The maze; its start moves along.</param>
internal sealed class MazeJourney(Maze maze)
{
    private const int WallsSkipped = 2;
    private readonly HashSet<int> starts = [maze.Start];

    /// <summary>The maze, from where the journey stands to its goal.</summary>
    public Maze Maze => maze;

    /// <summary>Length of the shortest route from where the journey began.</summary>
    public int RouteLength { get; } = maze.RouteLength;

    /// <summary>Predictions followed.</summary>
    public int Applications { get; private set; }

    /// <summary>Whether the goal is reached.</summary>
    public bool IsSolved { get; private set; }

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Follows a prediction.</summary>
    /// <param name="moves">Classes, as <see cref="MazeMove"/>.</param>
    public void Follow(ReadOnlySpan<int> moves)
    {
        int cell = maze.Start, walls = 0;
        Applications++;
        foreach (int move in moves)
        {
            int next = MazeWalk.Step(maze.Walls, maze.Size, cell, (MazeMove)move);
            if (next < 0 && ++walls > WallsSkipped)
            {
                break;
            }

            cell = next < 0 ? cell : next;
            if (cell == maze.Goal)
            {
                IsSolved = IsOver = true;
                return;
            }
        }

        if (starts.Add(cell))
        {
            maze.Assign(maze.Walls, cell, maze.Goal);
        }
        else
        {
            IsOver = true;
        }
    }

    /// <summary>Sums up journeys.</summary>
    /// <param name="journeys">The journeys.</param>
    /// <param name="limit">The most applications that they were given.</param>
    public static MazeReapplication Sum(IReadOnlyList<MazeJourney> journeys, int limit)
    {
        const int groups = 8;
        MazeJourney[] sorted = [.. journeys.OrderBy(j => j.RouteLength)];
        var parts = new List<ReapplicationGroup>();
        for (int g = 0; g < groups; g++)
        {
            MazeJourney[] part = sorted[(sorted.Length * g / groups)..(sorted.Length * (g + 1) / groups)];
            if (part.Length > 0)
            {
                parts.Add(new ReapplicationGroup(part.Average(j => j.RouteLength), Share(part), Mean(part), part.Length));
            }
        }

        return new MazeReapplication(limit, Share(journeys), Mean(journeys), parts);

        static double Share(IReadOnlyCollection<MazeJourney> all) => all.Count(j => j.IsSolved) / (double)Math.Max(1, all.Count);

        static double Mean(IReadOnlyCollection<MazeJourney> all) =>
            all.Where(j => j.IsSolved).Select(j => (double)j.Applications).DefaultIfEmpty(0).Average();
    }
}
