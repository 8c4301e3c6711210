using Ctm.Kernels.Losses;

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

    /// <summary>The tick that answers a sample: the first of the most certain ones, or the last tick.</summary>
    /// <param name="logits">Shape [T, B, S, K].</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="useMostCertain">Whether the most certain tick answers.</param>
    /// <returns>The logits of that tick, [S, K].</returns>
    public static ReadOnlySpan<float> Answer(ReadOnlySpan<float> logits, LossShape shape, int sample, bool useMostCertain)
    {
        int width = shape.Positions * shape.Classes;
        Span<int> chosen = stackalloc int[shape.Positions];
        double most = double.NegativeInfinity;
        ReadOnlySpan<float> answer = [];
        for (int tick = useMostCertain ? 0 : shape.Ticks - 1; tick < shape.Ticks; tick++)
        {
            ReadOnlySpan<float> said = logits.Slice(((tick * shape.Batch) + sample) * width, width);
            double certainty = Read(said, shape.Classes, chosen, null);
            if (answer.IsEmpty || certainty > most)
            {
                most = certainty;
                answer = said;
            }
        }

        return answer;
    }
}
