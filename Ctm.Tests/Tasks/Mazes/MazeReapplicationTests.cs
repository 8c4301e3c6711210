using Ctm.Kernels.Devices;
using Ctm.Tasks.Mazes;

namespace Ctm.Tests.Tasks.Mazes;

[TestFixture]
internal sealed class MazeReapplicationTests
{
    [Test]
    public void Follow_RouteInParts_ReachesTheGoal([Values(1, 3, 5)] int length)
    {
        Maze maze = Draw();
        int[] route = [.. maze.Route.ToArray().Select(move => (int)move)];
        var journey = new MazeJourney(maze);
        foreach (int[] part in route.Chunk(length))
        {
            Assert.That(journey.IsOver, Is.False);
            journey.Follow(part);
        }

        Assert.That((journey.IsSolved, journey.IsOver), Is.EqualTo((true, true)));
        Assert.That(journey.Applications, Is.EqualTo((route.Length + length - 1) / length));
        Assert.That(journey.RouteLength, Is.EqualTo(route.Length));
    }

    [Test]
    public void Follow_Waits_GivesUp()
    {
        var journey = new MazeJourney(Draw());
        journey.Follow([4, 4, 4]);

        Assert.That((journey.IsSolved, journey.IsOver), Is.EqualTo((false, true)));
    }

    [TestCase(2, true)]
    [TestCase(3, false)]
    public void Follow_MovesIntoWalls_SkipsTwo(int walls, bool moves)
    {
        Maze maze = Draw();
        int start = maze.Start, first = (int)maze.Route[0];
        int blocked = Enumerable.Range(0, 4).First(move => MazeWalk.Step(maze.Walls, maze.Size, start, (MazeMove)move) < 0);
        var journey = new MazeJourney(maze);
        journey.Follow([.. Enumerable.Repeat(blocked, walls), first]);

        Assert.That(maze.Start != start, Is.EqualTo(moves));
        Assert.That(journey.IsOver, Is.EqualTo(!moves));
    }

    [Test]
    public void Reapply_LimitOfOne_SolvesNoFewerThanWholeRoutes()
    {
        MazeRecipe recipe = MazeRecipe.Preset("smoke") with { Reapplications = 1 };
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        using var task = new MazeTask(device, recipe);

        var figures = (MazeFigures)task.EvaluateUnseen(60, default);

        MazeReapplication again = figures.Reapplication!;
        Assert.That(again.Solved, Is.GreaterThanOrEqualTo(figures.SolveRate));
        Assert.That(again.ByRouteLength.Sum(group => group.Count), Is.EqualTo(60));
        Assert.That(again.ByRouteLength.Select(group => group.RouteLength), Is.Ordered);
        Assert.That(again.MeanApplications, Is.LessThanOrEqualTo(1));
    }

    private static Maze Draw()
    {
        var maze = new Maze(15);
        var generator = new MazeGenerator(15, seed: 4);
        for (ulong index = 0; index == 0 || maze.RouteLength < 12; index++)
        {
            generator.Fill(index, maze);
        }

        return maze;
    }
}
