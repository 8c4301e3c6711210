namespace Ctm.Tasks.Measures;

/// <summary>How well the probabilities of one way to read a model's ticks agree with how often it is right.</summary>
/// <param name="Ece">Expected calibration error of the chosen classes, 9 bins (Guo et al., arXiv 1706.04599).</param>
/// <param name="Brier">Squared distance of all classes' probabilities from the right answer's, a mean over predictions.</param>
/// <param name="Reliability">The reliability curve, by rising confidence.</param>
public sealed record Calibration(double Ece, double Brier, IReadOnlyList<ReliabilityBin> Reliability);

/// <summary>Gathers a <see cref="Calibration"/>, prediction by prediction.</summary>
internal sealed class CalibrationCurve
{
    private const int Bins = 9;
    private readonly double[] confidences = new double[Bins];
    private readonly long[] right = new long[Bins], counts = new long[Bins];
    private double distances;

    /// <summary>Adds a prediction.</summary>
    /// <param name="probabilities">Of all classes.</param>
    /// <param name="choice">The class that is answered.</param>
    /// <param name="target">The right class.</param>
    public void Add(ReadOnlySpan<double> probabilities, int choice, int target)
    {
        for (int k = 0; k < probabilities.Length; k++)
        {
            double distance = probabilities[k] - (k == target ? 1 : 0);
            distances += distance * distance;
        }

        int bin = Math.Min(Bins - 1, (int)(probabilities[choice] * Bins));
        confidences[bin] += probabilities[choice];
        right[bin] += choice == target ? 1 : 0;
        counts[bin]++;
    }

    /// <summary>What the predictions so far give.</summary>
    public Calibration Result()
    {
        double all = Math.Max(1, counts.Sum());
        return new Calibration(
            Enumerable.Range(0, Bins).Sum(i => Math.Abs(confidences[i] - right[i]) / all),
            distances / all,
            [.. Enumerable.Range(0, Bins).Select(Bin)]);

        ReliabilityBin Bin(int i)
        {
            double count = Math.Max(1, counts[i]);
            return new ReliabilityBin(counts[i] / all, confidences[i] / count, right[i] / count);
        }
    }
}
