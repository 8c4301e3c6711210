using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeTests
{
    [Test]
    public void Assign_KnownMaze_FindsTheRoute()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        MazeMove[] route = [MazeMove.Right, MazeMove.Right, MazeMove.Down, MazeMove.Down, MazeMove.Left, MazeMove.Left];
        Assert.That(maze.Route.ToArray(), Is.EqualTo(route));
    }

    [Test]
    public void Assign_MazeWithALoop_FindsTheShorterWay()
    {
        var maze = MazeSamples.Parse(
            "#######",
            "#S....#",
            "#.###.#",
            "#.###.#",
            "#.###.#",
            "#G....#",
            "#######");
        Assert.That(maze.Route.ToArray(), Is.EqualTo(Enumerable.Repeat(MazeMove.Down, 4)));
    }

    [Test]
    public void Assign_OpenBorder_DoesNotWrapAround()
    {
        var maze = MazeSamples.Parse("S....", "####.", ".....", ".####", "....G");
        Assert.That(maze.RouteLength, Is.EqualTo(16));
        Assert.That(() => MazeSamples.Parse("###S#", "#####", "G.###", "#####", "#####"), Throws.TypeOf<InvalidDataException>());
    }

    [Test]
    public void Assign_Separated_Throws()
    {
        Assert.That(
            () => MazeSamples.Parse("#####", "#S..#", "#####", "#G..#", "#####"),
            Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("no route leads from cell 6 to cell 16: walls separate them"));
    }

    [Test]
    public void Assign_RouteThroughAWallOrPastTheGoal_Throws()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        var walls = maze.Walls.ToArray();
        Assert.That(() => maze.Assign(walls, 6, 16, [MazeMove.Down]), Throws.ArgumentException.With.Message.Contains("move 0"));
        Assert.That(() => maze.Assign(walls, 6, 16, [MazeMove.Right]), Throws.ArgumentException.With.Message.Contains("ends at cell 7"));
        Assert.That(() => maze.Assign(walls, 0, 16), Throws.ArgumentException.With.Message.Contains("start cell 0"));
        Assert.That(maze.RouteLength, Is.EqualTo(6), "a refused assignment changes nothing");
    }

    [Test]
    public void WriteTargets_LongerAndShorter_PadsWithWaitsAndCuts()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        Assert.That(MazeSamples.Targets(maze, 9), Is.EqualTo(new[] { 3, 3, 1, 1, 2, 2, 4, 4, 4 }));
        Assert.That(MazeSamples.Targets(maze, 4), Is.EqualTo(new[] { 3, 3, 1, 1 }));
    }
}
