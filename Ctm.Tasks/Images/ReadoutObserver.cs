using Ctm.Engine.Models;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Images;

/// <summary>Reads answers about pictures in other ways than tick by tick (paper appendix E.3), and sums up by class.</summary>
/// <param name="ticks">Ticks T.</param>
/// <param name="classes">Classes K.</param>
internal sealed class ReadoutObserver(int ticks, int classes) : IEvaluationObserver
{
    private const int First = 5;

    private readonly long[] right = new long[classes], counts = new long[classes];
    private long samples, five, mean, weighted;

    /// <summary>Share of right answers at the most certain tick, by class.</summary>
    public double[] PerClassAccuracy => [.. right.Zip(counts, (r, n) => (double)r / Math.Max(1, n))];

    /// <summary>Share of samples whose class is among the five highest at the most certain tick.</summary>
    public double TopFiveAccuracy => Share(five);

    /// <summary>Share of right answers of the mean logits.</summary>
    public double MeanLogitsAccuracy => Share(mean);

    /// <summary>Share of right answers of the logits weighted by certainty.</summary>
    public double CertaintyWeightedAccuracy => Share(weighted);

    /// <inheritdoc/>
    public void Add(TickOutput output, float[] logits, int[] targets)
    {
        int batch = targets.Length;
        var chosen = new int[1];
        for (int b = 0; b < batch; b++)
        {
            double[] sums = new double[classes], weightedSums = new double[classes];
            int best = 0;
            double most = double.NegativeInfinity;
            for (int t = 0; t < ticks; t++)
            {
                ReadOnlySpan<float> tick = logits.AsSpan(((t * batch) + b) * classes, classes);
                double certainty = PredictionReading.Read(tick, classes, chosen, null);
                (best, most) = certainty > most ? (t, certainty) : (best, most);
                for (int k = 0; k < classes; k++)
                {
                    sums[k] += tick[k];
                    weightedSums[k] += certainty * tick[k];
                }
            }

            ReadOnlySpan<float> answer = logits.AsSpan(((best * batch) + b) * classes, classes);
            Count(answer, targets[b]);
            mean += Array.IndexOf(sums, sums.Max()) == targets[b] ? 1 : 0;
            weighted += Array.IndexOf(weightedSums, weightedSums.Max()) == targets[b] ? 1 : 0;
        }
    }

    private void Count(ReadOnlySpan<float> answer, int target)
    {
        // Of equal classes the first one counts as higher.
        int higher = 0;
        for (int k = 0; k < classes; k++)
        {
            higher += answer[k] > answer[target] || (answer[k] == answer[target] && k < target) ? 1 : 0;
        }

        samples++;
        counts[target]++;
        right[target] += higher == 0 ? 1 : 0;
        five += higher < First ? 1 : 0;
    }

    private double Share(long count) => count / (double)Math.Max(1, samples);
}
