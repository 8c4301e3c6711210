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

        for (int start = 0; start < logits.Length; start += classes)
        {
            double normalizer = LogSum(logits.Slice(start, classes));
            for (int k = 0; k < classes; k++)
            {
                sum[start + (classOf?[k] ?? k)] += (float)(logits[start + k] - normalizer);
            }
        }
    }

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        float most = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            most = Math.Max(most, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - most);
        }

        return most + Math.Log(sum);
    }
}
