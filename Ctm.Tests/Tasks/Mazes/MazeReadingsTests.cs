using Ctm.Tasks.Mazes;

namespace Ctm.Tests.Tasks.Mazes;

[TestFixture]
internal sealed class MazeReadingsTests
{
    // Measured: moves right 0.752 and 0.797. Moves called by wrong names would leave little of what the model has learned.
    [Test]
    public void EvaluateMazes_EightForms_AnswersMoreMovesRightThanOne()
    {
        MazeRecipe recipe = MazeRecipe.Preset("smoke");
        MazeFigures one = MazeLearning.Of(recipe).After, eight = MazeLearning.Of(recipe with { Readings = 8 }).After;

        Assert.That(one.Forms, Is.Null);
        Assert.That(eight.Forms!.Readings, Is.EqualTo(8));
        Assert.That(eight.Forms.StepAccuracy, Is.GreaterThan(one.StepAccuracy));
        Assert.That((eight.StepAccuracy, eight.SolveRate, eight.AttentionOrder), Is.EqualTo((one.StepAccuracy, one.SolveRate, one.AttentionOrder)));
    }
}
