using Ctm.Tasks.Mazes;
using NUnit.Framework;

namespace Ctm.Tests.Tasks.Mazes;

public sealed class MazeScoreTests
{
    [Test]
    public void Of_OneRightOneNearlyRight_CountsStepsAndRoutes()
    {
        var score = MazeScore.Of([3, 1, 4, 4, 3, 1, 4, 0], [3, 1, 4, 4, 3, 1, 4, 4], 4);
        Assert.That(score, Is.EqualTo(new MazeScore(2, 8, 7, 1)));
        Assert.That(score.StepAccuracy, Is.EqualTo(7.0 / 8));
        Assert.That(score.SolveRate, Is.EqualTo(0.5));
    }

    [Test]
    public void Add_TwoBatches_IsTheScoreOfBoth()
    {
        var sum = MazeScore.Of([0, 1], [0, 1], 2) + MazeScore.Of([0, 1, 2, 2], [1, 1, 2, 2], 2);
        Assert.That(sum, Is.EqualTo(MazeScore.Of([0, 1, 0, 1, 2, 2], [0, 1, 1, 1, 2, 2], 2)));
        Assert.That(default(MazeScore).StepAccuracy, Is.Zero);
        Assert.That(default(MazeScore).SolveRate, Is.Zero);
    }

    [Test]
    public void Of_RaggedBatch_Throws()
    {
        Assert.That(() => MazeScore.Of(new int[6], new int[6], 4), Throws.ArgumentException);
        Assert.That(() => MazeScore.Of(new int[4], new int[8], 4), Throws.ArgumentException);
    }

    [TestCase("3,3,1", "3,3,1", 3)]
    [TestCase("3,0,1", "3,3,1", 1)]
    [TestCase("0,3,1", "3,3,1", 0)]
    public void CorrectPrefix_Predictions_StopsAtTheFirstError(string prediction, string target, int prefix)
    {
        Assert.That(MazeScore.CorrectPrefix(Parse(prediction), Parse(target)), Is.EqualTo(prefix));
    }

    private static int[] Parse(string classes)
    {
        return [.. classes.Split(',').Select(int.Parse)];
    }
}
