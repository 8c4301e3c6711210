using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeWalkTests
{
    [Test]
    public void Follow_TrueRoute_ReachesTheGoalAndWaits()
    {
        var walk = MazeWalk.Follow(MazeSamples.Parse(MazeSamples.Hook), [3, 3, 1, 1, 2, 2, 4, 4]);
        Assert.That(walk.Cells, Is.EqualTo(new[] { 6, 7, 8, 13, 18, 17, 16, 16, 16 }));
        Assert.That(walk.HitsWall, Is.False);
        Assert.That(walk.GoalStep, Is.EqualTo(6));
        Assert.That(walk.CorrectSteps, Is.EqualTo(8));
    }

    [Test]
    public void Follow_IntoAWall_StopsThere()
    {
        var walk = MazeWalk.Follow(MazeSamples.Parse(MazeSamples.Hook), [3, 1, 3, 3]);
        Assert.That(walk.Cells, Is.EqualTo(new[] { 6, 7 }));
        Assert.That(walk.WallStep, Is.EqualTo(1));
        Assert.That(walk.ReachesGoal, Is.False);
        Assert.That(walk.CorrectSteps, Is.EqualTo(1));
    }

    [Test]
    public void Follow_BackAndForthThenRight_ReachesTheGoalButIsWrong()
    {
        var walk = MazeWalk.Follow(MazeSamples.Parse(MazeSamples.Hook), [3, 2, 3, 3, 1, 1, 2, 2]);
        Assert.That(walk.GoalStep, Is.EqualTo(8));
        Assert.That(walk.CorrectSteps, Is.EqualTo(1));
    }

    [TestCase(0, 0, MazeMove.Up, -1)]
    [TestCase(0, 0, MazeMove.Left, -1)]
    [TestCase(4, 4, MazeMove.Down, -1)]
    [TestCase(4, 4, MazeMove.Right, -1)]
    [TestCase(2, 2, MazeMove.Up, 7)]
    [TestCase(2, 2, MazeMove.Wait, 12)]
    [TestCase(2, 2, (MazeMove)5, -1)]
    public void Step_NoWalls_StaysInside(int row, int column, MazeMove move, int expected)
    {
        Assert.That(MazeWalk.Step(new bool[25], 5, (row * 5) + column, move), Is.EqualTo(expected));
    }
}
