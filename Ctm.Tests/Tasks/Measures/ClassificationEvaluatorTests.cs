using Ctm.Kernels.Losses;
using Ctm.Tasks.Measures;

namespace Ctm.Tests.Tasks.Measures;

[TestFixture]
internal sealed class ClassificationEvaluatorTests
{
    // Two ticks, two samples, two positions, two classes; sure is a logit difference that makes the probability 0.9.
    private static readonly float Sure = (float)Math.Log(9);

    private static readonly float[] Logits =
    [
        .. Pair(0, Sure), .. Pair(0, Sure), .. Pair(0, 0), .. Pair(0, 0),
        .. Pair(0, 0), .. Pair(Sure, 0), .. Pair(0, Sure), .. Pair(0, Sure),
    ];

    private static readonly int[] Targets = [1, 1, 1, 0];

    [Test]
    public void Result_MostCertainTickAnswers_CountsByHand()
    {
        ClassificationEvaluator evaluator = Evaluator(useMostCertain: true);
        ClassificationFigures figures = evaluator.Result("maze", dynamics: null);

        // Sample 0 answers at tick 1, both right. Sample 1 answers at tick 2, one right.
        Assert.That((figures.Samples, figures.Accuracy, figures.StepAccuracy, figures.MeanTick), Is.EqualTo((2, 0.5, 0.75, 1.5)));
        Assert.That((figures.LastTickAccuracy, figures.BestTick, figures.Overthinking), Is.EqualTo((0.0, 1, 0.0)));
        Assert.That(figures.PerTickAccuracy, Is.EqualTo(new[] { 0.75, 0.25 }));
        Assert.That(evaluator.PerTickWhole, Is.EqualTo(new[] { 0.5, 0 }));
        Assert.That(evaluator.PerTickPosition, Is.EqualTo(new[] { new[] { 0.5, 1 }, [0.5, 0] }));

        // Squared distances, both classes: 0.02 and 0.02 for sample 0; 0.02 and 1.62 for sample 1.
        Assert.That(figures.Brier, Is.EqualTo((0.02 + 0.02 + 0.02 + 1.62) / 4).Within(1e-6));

        // Certainty at probability 0.9 is 1 - H / ln 2 = 0.531, at equal probabilities 0; sample 1's second tick has it too.
        Assert.That(figures.ExitAt.Select(e => (e.Threshold, e.Share, e.Accuracy, e.MeanTicks)),
            Is.EqualTo(new[] { (0.5, 1.0, 0.5, 1.5), (0.8, 0, 0, 2), (0.9, 0, 0, 2) }));
    }

    [Test]
    public void Result_LastTickAnswers_TakesIt()
    {
        ClassificationFigures figures = Evaluator(useMostCertain: false).Result("maze", dynamics: null);

        Assert.That((figures.Accuracy, figures.StepAccuracy), Is.EqualTo((0.0, 0.25)));
        Assert.That(figures.Overthinking, Is.EqualTo(0.5), "sample 0 was right at tick 1");
    }

    [Test]
    public void Result_Reliability_IsTheRunningMeanOfTheLastClass()
    {
        ClassificationFigures figures = Evaluator(useMostCertain: true).Result("maze", dynamics: null);

        // Last classes 0, 0, 1, 1 with mean probabilities (0.1 + 0.5) / 2, (0.1 + 0.9) / 2, 0.7, 0.7: bins 2, 4 and 6 of 9.
        ReliabilityBin[] bins = [.. figures.Reliability!];
        Assert.That(bins, Has.Length.EqualTo(9));
        Assert.That(bins.Select(b => b.Share), Is.EqualTo(new[] { 0, 0, 0.25, 0, 0.25, 0, 0.5, 0, 0 }));
        Assert.That((bins[2].Confidence, bins[4].Confidence, bins[6].Confidence), Is.EqualTo((0.3, 0.5, 0.7)).Within(1e-6));
        Assert.That((bins[2].Accuracy, bins[4].Accuracy, bins[6].Accuracy), Is.EqualTo((0.0, 0.0, 0.5)));
        Assert.That(figures.Ece, Is.EqualTo((0.3 * 0.25) + (0.5 * 0.25) + (0.2 * 0.5)).Within(1e-6));
    }

    [Test]
    public void Result_OneTicksCalibration_IsThatOfItsClasses()
    {
        ClassificationFigures figures = Evaluator(useMostCertain: true).Result("maze", dynamics: null);

        // Most certain: 0.9 four times, three of them right. Last: 0.5 wrong, 0.9 wrong, 0.9 right, 0.9 wrong.
        Calibration certain = figures.MostCertainCalibration!, last = figures.LastTickCalibration!;
        Assert.That((certain.Ece, certain.Brier), Is.EqualTo((0.15, 0.42)).Within(1e-6));
        Assert.That(last.Ece, Is.EqualTo((0.5 * 0.25) + (Math.Abs(0.9 - (1 / 3.0)) * 0.75)).Within(1e-6));
        Assert.That(last.Brier, Is.EqualTo((0.5 + 1.62 + 0.02 + 1.62) / 4).Within(1e-6));
        Assert.That(last.Reliability.Select(b => b.Share), Is.EqualTo(new[] { 0, 0, 0, 0, 0.25, 0, 0, 0, 0.75 }));

        // Mean probabilities of the right classes: 0.7, 0.5, 0.7, 0.3.
        Assert.That(figures.RunningMeanBrier, Is.EqualTo((0.18 + 0.5 + 0.18 + 0.98) / 4).Within(1e-6));
    }

    private static float[] Pair(float zero, float one) => [zero, one];

    private static ClassificationEvaluator Evaluator(bool useMostCertain)
    {
        var evaluator = new ClassificationEvaluator(new LossShape(2, 1, 2, 2), useMostCertain);
        evaluator.Add(Logits, Targets, batch: 2);
        return evaluator;
    }
}
