using Ctm.Kernels.Losses;

namespace Ctm.Tasks.Measures;

/// <summary>
/// Answers samples that are shown in several forms. Each form is answered at the tick that answers it: forms settle at different ticks, so
/// that the mean over one tick would mix settled answers with others.
/// </summary>
/// <param name="shape">The sizes; that of the batch is not looked at.</param>
/// <param name="useMostCertain">Whether the most certain tick answers, or the last.</param>
internal sealed class FormsEvaluator(LossShape shape, bool useMostCertain)
{
    private readonly ClassificationEvaluator evaluator = new(shape with { Ticks = 1 }, useMostCertain);
    private readonly int width = shape.Positions * shape.Classes;
    private AveragedReadings readings = new(shape.Classes);

    /// <summary>Adds a form of a batch.</summary>
    /// <param name="logits">Shape [T, B, S, K].</param>
    /// <param name="classOf">The class of the sample that a class of the form stands for, [K]; null where it is the same.</param>
    public void Add(ReadOnlySpan<float> logits, int[]? classOf = null)
    {
        int batch = logits.Length / (shape.Ticks * width);
        var answers = new float[batch * width];
        for (int sample = 0; sample < batch; sample++)
        {
            PredictionReading.Answer(logits, shape with { Batch = batch }, sample, useMostCertain).CopyTo(answers.AsSpan(sample * width, width));
        }

        readings.Add(answers, classOf);
    }

    /// <summary>Answers a batch whose forms have all been added.</summary>
    /// <param name="targets">Shape [B, S].</param>
    public void Answer(int[] targets)
    {
        evaluator.Add(readings.Logits, targets, targets.Length / shape.Positions);
        readings = new AveragedReadings(shape.Classes);
    }

    /// <summary>The figures so far.</summary>
    /// <param name="readingCount">Number of forms.</param>
    public FormsAnswer Result(int readingCount) => new(readingCount, evaluator.Accuracy, evaluator.StepAccuracy);
}
