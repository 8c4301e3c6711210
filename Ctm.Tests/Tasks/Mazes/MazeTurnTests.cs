using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeTurnTests
{
    // The expected grids are the hook turned by hand.
    [TestCase(1, false, false, "#####|#...#|#.#.#|#S#G#|#####", "0,0,3,3,1,1")]
    [TestCase(-1, false, false, "#####|#G#S#|#.#.#|#...#|#####", "1,1,2,2,0,0")]
    [TestCase(0, true, false, "#####|#..S#|#.###|#..G#|#####", "2,2,1,1,3,3")]
    [TestCase(0, false, true, "#####|#G..#|###.#|#S..#|#####", "3,3,0,0,2,2")]
    [TestCase(1, true, false, "#####|#...#|#.#.#|#G#S#|#####", "0,0,2,2,1,1")]
    public void Apply_Hook_TurnsWallsEndsAndMoves(int turns, bool horizontally, bool vertically, string grid, string route)
    {
        var turned = new Maze(5);
        new MazeTurn(turns, horizontally, vertically).Apply(MazeSamples.Parse(MazeSamples.Hook), turned);
        Assert.That(MazeSamples.Text(turned), Is.EqualTo(grid.Replace("|", "")));
        Assert.That(turned.Route.ToArray().Select(move => (int)move), Is.EqualTo(route.Split(',').Select(int.Parse)));
    }

    [Test]
    public void Apply_AnyMazeAndTurn_RouteStaysTheShortest()
    {
        var turned = new Maze(15);
        var solved = new MazeMove[225];
        for (ulong i = 0; i < 200; i++)
        {
            var maze = MazeSamples.Draw(15, 2, i);
            MazeTurn.Draw(9, i).Apply(maze, turned);
            var length = new MazeSolver(15).Solve(turned.Walls, turned.Start, turned.Goal, solved);
            Assert.That(turned.Route.ToArray(), Is.EqualTo(solved[..length]));
        }
    }

    [Test]
    public void All_Forms_AreEightAndTheirMovesLeadBack()
    {
        Maze maze = MazeSamples.Parse(MazeSamples.Hook), turned = new(5);
        var forms = new HashSet<string>();
        foreach (MazeTurn turn in MazeTurn.All)
        {
            turn.Apply(maze, turned);
            int[] back = turn.MovesBack();
            forms.Add(MazeSamples.Text(turned));
            Assert.That(turned.Route.ToArray().Select(move => back[(int)move]), Is.EqualTo(maze.Route.ToArray().Select(move => (int)move)));
        }

        Assert.That(forms, Has.Count.EqualTo(8));
        Assert.That(MazeTurn.All[0], Is.EqualTo(default(MazeTurn)));
    }

    [Test]
    public void Draw_ManyPositions_HasEachPartHalfOfTheTime()
    {
        var turns = Enumerable.Range(0, 4000).Select(i => MazeTurn.Draw(1, (ulong)i)).ToArray();
        Assert.That(turns.Count(turn => turn.QuarterTurns == 1), Is.InRange(900, 1100));
        Assert.That(turns.Count(turn => turn.QuarterTurns == -1), Is.InRange(900, 1100));
        Assert.That(turns.Count(turn => turn.FlipHorizontally), Is.InRange(1900, 2100));
        Assert.That(turns.Count(turn => turn.FlipVertically), Is.InRange(1900, 2100));
        Assert.That(turns.Count(turn => turn.FlipHorizontally && turn.FlipVertically && turn.QuarterTurns == 0), Is.InRange(420, 580));
        Assert.That(turns, Is.EqualTo(Enumerable.Range(0, 4000).Select(i => MazeTurn.Draw(1, (ulong)i))));
        Assert.That(turns, Is.Not.EqualTo(Enumerable.Range(0, 4000).Select(i => MazeTurn.Draw(2, (ulong)i))));
    }

    [Test]
    public void Apply_OntoItself_Throws()
    {
        var maze = MazeSamples.Parse(MazeSamples.Hook);
        Assert.That(() => new MazeTurn(1, false, false).Apply(maze, maze), Throws.ArgumentException);
    }
}
