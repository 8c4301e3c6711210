using Ctm.Kernels.Losses;
using Ctm.Tasks.Measures;

namespace Ctm.Tests.Tasks.Measures;

[TestFixture]
internal sealed class FormsEvaluatorTests
{
    // Two ticks, two samples, one position of two classes. The first form is sure of class 0 at the first tick and of nothing at the second;
    // the second, with the classes swapped, is fairly sure of the sample's class 1 at the second tick.
    private static readonly float[] First = [4, 0, 4, 0, 0, 0.1f, 0, 0.1f], Second = [0, 0, 0, 0, 3, 0, 5, 0];
    private static readonly LossShape Shape = new(2, 1, 1, 2);

    [TestCase(0, 1, 1.0)]
    [TestCase(0, 0, 0.5)]
    [TestCase(1, 0, 0.0)]
    public void Answer_FormsCertainAtDifferentTicks_MultipliesWhatEachAnswers(int first, int second, double expected)
    {
        var forms = new FormsEvaluator(Shape, useMostCertain: true);
        forms.Add(First);
        forms.Add(Second, [1, 0]);
        forms.Answer([first, second]);

        Assert.That(forms.Result(2), Is.EqualTo(new FormsAnswer(2, expected, expected)));
    }

    [Test]
    public void Answer_LastTick_LeavesTheOthersOut()
    {
        var forms = new FormsEvaluator(Shape, useMostCertain: false);
        forms.Add(First);
        forms.Answer([1, 1]);
        forms.Add(First);
        forms.Answer([1, 0]);

        Assert.That(forms.Result(1).Accuracy, Is.EqualTo(0.75));
    }
}
