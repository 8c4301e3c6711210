namespace Ctm.Tasks.Measures;

/// <summary>Reads one prediction: classes, probabilities, certainty.</summary>
internal static class PredictionReading
{
    /// <summary>Takes the first largest class of every position.</summary>
    /// <param name="logits">Shape [positions, classes].</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="chosen">Receives the class of each position.</param>
    /// <param name="probabilities">Receives all probabilities, [positions, classes]; null when not wanted.</param>
    /// <returns>Certainty: 1 - entropy / ln(classes), mean over positions.</returns>
    public static double Read(ReadOnlySpan<float> logits, int classes, Span<int> chosen, double[]? probabilities)
    {
        double certainty = 0;
        Span<double> weights = stackalloc double[classes];
        for (int p = 0; p < chosen.Length; p++)
        {
            ReadOnlySpan<float> position = logits.Slice(p * classes, classes);
            int best = 0;
            for (int k = 1; k < classes; k++)
            {
                best = position[k] > position[best] ? k : best;
            }

            double sum = 0, mean = 0;
            for (int k = 0; k < classes; k++)
            {
                double distance = position[k] - position[best];
                weights[k] = Math.Exp(distance);
                sum += weights[k];
                mean += weights[k] * distance;
            }

            chosen[p] = best;
            certainty += 1 - ((Math.Log(sum) - (mean / sum)) / Math.Log(classes));
            for (int k = 0; probabilities is not null && k < classes; k++)
            {
                probabilities[(p * classes) + k] = weights[k] / sum;
            }
        }

        return certainty / chosen.Length;
    }
}
