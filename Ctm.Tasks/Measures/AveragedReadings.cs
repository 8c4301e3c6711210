using Ctm.Engine.Losses;

namespace Ctm.Tasks.Measures;

/// <summary>
/// What a model makes of several forms of the same samples, turned for instance, as one prediction: the mean of the logarithms of the
/// probabilities, each class that of the sample as it is. Mistakes that hang on the form cancel out.
/// </summary>
/// <param name="classes">Number of classes.</param>
internal sealed class AveragedReadings(int classes)
{
    private float[] sum = [];
    private int count;

    /// <summary>The prediction, [..., classes].</summary>
    public float[] Logits => [.. sum.Select(value => value / count)];

    /// <summary>Adds a reading.</summary>
    /// <param name="logits">Shape [..., classes], that of all readings.</param>
    /// <param name="classOf">The class of the sample that a class of the form stands for, [classes]; null where it is the same.</param>
    public void Add(ReadOnlySpan<float> logits, int[]? classOf = null)
    {
        if (count++ == 0)
        {
            sum = new float[logits.Length];
        }

        Span<double> logProbabilities = stackalloc double[classes];
        for (int start = 0; start < logits.Length; start += classes)
        {
            LogSoftmax.Of(logits.Slice(start, classes), logProbabilities);
            for (int k = 0; k < classes; k++)
            {
                sum[start + (classOf?[k] ?? k)] += (float)logProbabilities[k];
            }
        }
    }
}
