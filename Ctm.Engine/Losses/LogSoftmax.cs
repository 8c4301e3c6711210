namespace Ctm.Engine.Losses;

/// <summary>Logarithms of the probabilities that logits stand for.</summary>
public static class LogSoftmax
{
    /// <summary>Computes one prediction's.</summary>
    /// <param name="logits">The logits, [classes].</param>
    /// <param name="result">Receives the logarithms, [classes].</param>
    public static void Of(ReadOnlySpan<float> logits, Span<double> result)
    {
        double most = double.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
        {
            most = Math.Max(most, logit);
        }

        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - most);
        }

        double shift = most + Math.Log(sum);
        for (int i = 0; i < logits.Length; i++)
        {
            result[i] = logits[i] - shift;
        }
    }
}
