namespace Ctm.Tests.Kernels.Losses;

/// <summary>Proximal policy optimisation in float64, by the formulas.</summary>
internal sealed class PolicyLossOracle
{
    public required double[] Logits { get; init; }

    public required double[] Values { get; init; }

    public required int[] Actions { get; init; }

    public required double[] OldLogProbabilities { get; init; }

    public required double[] OldValues { get; init; }

    public required double[] Advantages { get; init; }

    public required double[] Returns { get; init; }

    public required double Clip { get; init; }

    public required double EntropyWeight { get; init; }

    public required double ValueWeight { get; init; }

    public required bool ClipValues { get; init; }

    public int Count => Actions.Length;

    public int Classes => Logits.Length / Count;

    public double[] LogProbabilities => [.. Enumerable.Range(0, Count).Select(n => Log(n)[Actions[n]])];

    public double[] Ratios => [.. LogProbabilities.Select((l, n) => Math.Exp(l - OldLogProbabilities[n]))];

    public static double[] LogSoftmax(ReadOnlySpan<double> logits)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double x in logits)
        {
            largest = Math.Max(largest, x);
        }

        foreach (double x in logits)
        {
            sum += Math.Exp(x - largest);
        }

        var result = new double[logits.Length];
        for (int c = 0; c < result.Length; c++)
        {
            result[c] = logits[c] - largest - Math.Log(sum);
        }

        return result;
    }

    public static double Entropy(double[] log) => -log.Sum(l => Math.Exp(l) * l);

    /// <summary>Loss, policy loss, value loss, entropy, both divergences, share outside the clip range.</summary>
    public double[] Summary()
    {
        double[] ratios = Ratios, log = LogProbabilities;
        double policy = Mean(n => Math.Max(-Advantages[n] * ratios[n], -Advantages[n] * Math.Clamp(ratios[n], 1 - Clip, 1 + Clip)));
        double value = Mean(n => 0.5 * (ClipValues ? Math.Max(Square(Error(n)), Square(ClippedError(n))) : Square(Error(n))));
        double entropy = Mean(n => Entropy(Log(n)));
        return
        [
            policy - (EntropyWeight * entropy) + (ValueWeight * value),
            policy,
            value,
            entropy,
            Mean(n => OldLogProbabilities[n] - log[n]),
            Mean(n => ratios[n] - 1 - (log[n] - OldLogProbabilities[n])),
            Mean(n => Math.Abs(ratios[n] - 1) > Clip ? 1 : 0),
        ];
    }

    public double[] LogitsGradient()
    {
        var gradient = new double[Logits.Length];
        double[] ratios = Ratios;
        for (int n = 0; n < Count; n++)
        {
            double a = Advantages[n], r = ratios[n];
            double by = -a * r >= -a * Math.Clamp(r, 1 - Clip, 1 + Clip) ? -a * r : 0;
            double[] log = Log(n);
            double entropy = Entropy(log);
            for (int c = 0; c < Classes; c++)
            {
                double p = Math.Exp(log[c]);
                gradient[(n * Classes) + c] =
                    ((by * ((c == Actions[n] ? 1 : 0) - p)) + (EntropyWeight * p * (log[c] + entropy))) / Count;
            }
        }

        return gradient;
    }

    public double[] ValuesGradient() =>
    [
        .. Enumerable.Range(0, Count).Select(n =>
        {
            bool isCut = ClipValues && Math.Abs(Values[n] - OldValues[n]) > Clip && Square(ClippedError(n)) > Square(Error(n));
            return isCut ? 0 : ValueWeight * Error(n) / Count;
        }),
    ];

    private static double Square(double x) => x * x;

    private double[] Log(int n) => LogSoftmax(Logits.AsSpan(n * Classes, Classes));

    private double Error(int n) => Values[n] - Returns[n];

    private double ClippedError(int n) => OldValues[n] + Math.Clamp(Values[n] - OldValues[n], -Clip, Clip) - Returns[n];

    private double Mean(Func<int, double> term) => Enumerable.Range(0, Count).Average(term);
}
