using Ctm.Tasks;
using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeGeneratorTests
{
    [Test]
    public void Fill_AnySize_IsAPerfectMaze([Values(5, 7, 11, 19, 39)] int size, [Values] MazeSplit split)
    {
        var generator = new MazeGenerator(size, 3, split);
        var maze = new Maze(size);
        var rooms = (size - 1) / 2;
        for (ulong i = 0; i < 20; i++)
        {
            generator.Fill(i, maze);
            var free = maze.Walls.ToArray().Count(wall => !wall);
            Assert.That(free, Is.EqualTo((2 * rooms * rooms) - 1), "a tree of n rooms has n - 1 passages");
            Assert.That(CountReachable(maze), Is.EqualTo(free), "every free cell is reached");
            for (var k = 0; k < size; k++)
            {
                Assert.That(maze.IsWall(0, k) && maze.IsWall(size - 1, k) && maze.IsWall(k, 0) && maze.IsWall(k, size - 1), Is.True);
            }

            Assert.That(maze.Start, Is.Not.EqualTo(maze.Goal));
            int[] coordinates = [maze.Start / size, maze.Start % size, maze.Goal / size, maze.Goal % size];
            Assert.That(coordinates, Is.All.Matches<int>(int.IsOddInteger));
        }
    }

    [Test]
    public void Fill_AnyMaze_RouteLeadsToTheGoalOverDistinctFreeCells([Values(5, 11, 39)] int size)
    {
        var generator = new MazeGenerator(size, 4);
        var maze = new Maze(size);
        for (ulong i = 0; i < 50; i++)
        {
            generator.Fill(i, maze);
            var walk = MazeWalk.Follow(maze, MazeSamples.Targets(maze, maze.RouteLength));
            Assert.That(walk.HitsWall, Is.False);
            Assert.That(walk.GoalStep, Is.EqualTo(maze.RouteLength));
            Assert.That(walk.Cells, Is.Unique);
        }
    }

    [Test]
    public void Fill_SameSeedAndIndex_IsTheSameMazeInAnyOrder()
    {
        var one = new MazeGenerator(15, 8);
        var other = new MazeGenerator(15, 8);
        var first = new Maze(15);
        var second = new Maze(15);
        for (ulong i = 0; i < 50; i++)
        {
            one.Fill(i, first);
            other.Fill(99 - i, second);
            other.Fill(i, second);
            Assert.That(MazeSamples.Text(second), Is.EqualTo(MazeSamples.Text(first)));
            Assert.That(second.Route.ToArray(), Is.EqualTo(first.Route.ToArray()));
        }
    }

    [Test]
    public void Fill_KnownSeed_IsTheMazeOfEveryMachineAndVersion()
    {
        string[] train =
        [
            "#######",
            "#..S.G#",
            "#####.#",
            "#...#.#",
            "#.###.#",
            "#.....#",
            "#######",
        ];
        string[] test =
        [
            "#######",
            "#S#..G#",
            "#.#.#.#",
            "#.#.#.#",
            "#.#.###",
            "#.....#",
            "#######",
        ];
        Assert.That(MazeSamples.Text(MazeSamples.Draw(7, 1, 0)), Is.EqualTo(string.Concat(train)));
        Assert.That(MazeSamples.Text(MazeSamples.Draw(7, 1, 0, MazeSplit.Test)), Is.EqualTo(string.Concat(test)));
    }

    [Test]
    public void Fill_DifferentSeedsOrIndices_AreDifferentMazes()
    {
        var texts = new HashSet<string>();
        for (ulong i = 0; i < 2500; i++)
        {
            texts.Add(MazeSamples.Text(MazeSamples.Draw(15, i / 50, i % 50)));
        }

        Assert.That(texts, Has.Count.EqualTo(2500));
    }

    [Test]
    public void Fill_ManyMazes_StartsAndGoalsCoverAllRooms()
    {
        var generator = new MazeGenerator(7, 5);
        var maze = new Maze(7);
        var starts = new int[49];
        var goals = new int[49];
        for (ulong i = 0; i < 4500; i++)
        {
            generator.Fill(i, maze);
            starts[maze.Start]++;
            goals[maze.Goal]++;
        }

        Assert.That(starts.Where(count => count > 0), Has.Exactly(9).InRange(400, 600));
        Assert.That(goals.Where(count => count > 0), Has.Exactly(9).InRange(400, 600));
    }

    [Test]
    public void Fill_WarmedUp_AllocatesNothing()
    {
        var generator = new MazeGenerator(11, 1);
        var maze = new Maze(11);
        generator.Fill(0, maze);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong i = 1; i < 200; i++)
        {
            generator.Fill(i, maze);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase(10, "maze size 10 is even: sizes are odd, 5 or more (try 11)")]
    [TestCase(3, "maze size 3 is too small: sizes are odd, 5 or more (try 5)")]
    [TestCase(-7, "maze size -7 is too small: sizes are odd, 5 or more (try 5)")]
    [TestCase(100001, "maze size 100001 is too large: sizes are odd, 5 to 9999")]
    public void Constructor_WrongSize_SaysWhatWouldBeRight(int size, string message)
    {
        Assert.That(() => new MazeGenerator(size, 1), Throws.TypeOf<TaskSettingException>().With.Message.EqualTo(message));
        Assert.That(() => new Maze(size), Throws.TypeOf<TaskSettingException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Fill_MazeOfAnotherSize_Throws()
    {
        Assert.That(
            () => new MazeGenerator(11, 1).Fill(0, new Maze(9)),
            Throws.ArgumentException.With.Message.EqualTo("the maze is 9 cells wide, 11 are needed here"));
    }

    private static int CountReachable(Maze maze)
    {
        var seen = new HashSet<int> { maze.Start };
        var open = new Stack<int>(seen);
        while (open.TryPop(out var cell))
        {
            foreach (var next in new[] { cell - 1, cell + 1, cell - maze.Size, cell + maze.Size })
            {
                if (!maze.Walls[next] && seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return seen.Count;
    }
}
