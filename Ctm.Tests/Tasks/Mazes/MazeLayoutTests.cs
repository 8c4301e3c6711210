using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeLayoutTests
{
    private static readonly MazeTurn[] AllTurns =
    [
        .. from turn in new[] { -1, 0, 1 }
           from h in new[] { false, true }
           from v in new[] { false, true }
           select new MazeTurn(turn, h, v),
    ];

    [TestCase(5, 2000)]
    [TestCase(7, 4000)]
    [TestCase(9, 4000)]
    [TestCase(11, 4000)]
    [TestCase(15, 2000)]
    public void SplitOf_ThousandsOfMazes_TestLayoutsAreNeverTrainLayouts(int size, int count)
    {
        var train = Layouts(size, 1, MazeSplit.Train, count);
        var test = Layouts(size, 1, MazeSplit.Test, count);
        test.UnionWith(Layouts(size, 2, MazeSplit.Test, count / 4));
        Assert.That(train, Is.Not.Empty);
        Assert.That(test, Is.Not.Empty);
        Assert.That(train.Overlaps(test), Is.False);
    }

    [Test]
    public void SplitOf_AugmentedTrainMazes_AreNeverTestLayouts([Values(5, 7, 9)] int size)
    {
        var source = MazeBatchSource.Train(size, 1, new MazeBatchOptions { RouteLength = 10, Augment = true, Seed = 3 });
        var maze = new Maze(size);
        var train = new HashSet<string>();
        for (var i = 0; i < 4000; i++)
        {
            source.Read(i, maze);
            Assert.That(MazeLayout.SplitOf(size, maze.Walls), Is.EqualTo(MazeSplit.Train));
            train.Add(MazeSamples.Layout(maze));
        }

        Assert.That(train.Overlaps(Layouts(size, 1, MazeSplit.Test, 4000)), Is.False);
    }

    [Test]
    public void Hash_TurnedAndMirrored_IsTheSame([Values(7, 11, 39)] int size)
    {
        var turned = new Maze(size);
        for (ulong i = 0; i < 20; i++)
        {
            var maze = MazeSamples.Draw(size, 6, i);
            foreach (var turn in AllTurns)
            {
                turn.Apply(maze, turned);
                Assert.That(MazeLayout.Hash(size, turned.Walls), Is.EqualTo(MazeLayout.Hash(size, maze.Walls)));
            }
        }
    }

    [Test]
    public void Hash_DifferentLayouts_AreDifferentUnlessTurned()
    {
        var formsOfHash = new Dictionary<ulong, HashSet<string>>();
        var turned = new Maze(9);
        for (ulong i = 0; i < 2000; i++)
        {
            var maze = MazeSamples.Draw(9, 1, i);
            var forms = new HashSet<string>();
            foreach (var turn in AllTurns)
            {
                turn.Apply(maze, turned);
                forms.Add(MazeSamples.Layout(turned));
            }

            var hash = MazeLayout.Hash(9, maze.Walls);
            Assert.That(formsOfHash.TryAdd(hash, forms) || formsOfHash[hash].SetEquals(forms), Is.True, "one hash, one class");
        }

        Assert.That(formsOfHash, Has.Count.GreaterThan(300));
    }

    [Test]
    public void SplitOf_ManyLayouts_AboutOneInSixteenIsForTesting()
    {
        var random = new Random(5);
        var walls = new bool[121];
        var test = 0;
        for (var i = 0; i < 16000; i++)
        {
            for (var k = 0; k < walls.Length; k++)
            {
                walls[k] = random.Next(2) == 0;
            }

            test += MazeLayout.SplitOf(11, walls) == MazeSplit.Test ? 1 : 0;
        }

        Assert.That(test, Is.InRange(850, 1150));
    }

    [Test]
    public void Hash_OtherStartAndGoal_IsTheSame()
    {
        var rows = MazeSamples.Parse(MazeSamples.Hook);
        var other = MazeSamples.Parse("#####", "#...#", "###S#", "#.G.#", "#####");
        Assert.That(MazeLayout.Hash(5, other.Walls), Is.EqualTo(MazeLayout.Hash(5, rows.Walls)));
    }

    [Test]
    public void Hash_KnownLayouts_IsTheSameInEveryVersion()
    {
        Assert.That(MazeLayout.Hash(5, MazeSamples.Parse(MazeSamples.Hook).Walls), Is.EqualTo(11487753243094266341UL));
        Assert.That(MazeLayout.Hash(11, MazeSamples.Draw(11, 1, 0).Walls), Is.EqualTo(5631903747555010967UL));
    }

    private static HashSet<string> Layouts(int size, ulong seed, MazeSplit split, int count)
    {
        var generator = new MazeGenerator(size, seed, split);
        var maze = new Maze(size);
        var layouts = new HashSet<string>();
        for (var i = 0; i < count; i++)
        {
            generator.Fill((ulong)i, maze);
            layouts.Add(MazeSamples.Layout(maze));
        }

        return layouts;
    }
}
