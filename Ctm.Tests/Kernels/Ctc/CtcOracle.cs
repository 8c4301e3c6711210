using Ctm.Kernels.Ctc;

namespace Ctm.Tests.Kernels.Ctc;

/// <summary>Connectionist temporal classification in float64: by the recurrence over plain probabilities, and by counting out all paths.</summary>
internal static class CtcOracle
{
    /// <summary>-ln p of each sample over its number of labels; infinite where no path spells the target.</summary>
    public static double[] SampleLosses(double[] logits, int[] targets, int[] lengths, CtcShape shape) =>
        [.. Enumerable.Range(0, shape.Batch).Select(b => Loss(Forward(logits, targets, lengths, b, shape), lengths[b]))];

    /// <summary>The gradient of the mean loss; 0 for samples without a path.</summary>
    public static double[] Gradient(double[] logits, int[] targets, int[] lengths, CtcShape shape)
    {
        var gradient = new double[logits.Length];
        for (int b = 0; b < shape.Batch; b++)
        {
            double[][] alpha = Forward(logits, targets, lengths, b, shape), beta = Backward(logits, targets, lengths, b, shape);
            double total = Total(alpha);
            if (total == 0)
            {
                continue;
            }

            int[] states = States(targets, lengths[b], b, shape);
            for (int t = 0; t < shape.Ticks; t++)
            {
                double[] p = Softmax(logits, t, b, shape), share = new double[shape.Classes];
                for (int s = 0; s < states.Length; s++)
                {
                    share[states[s]] += alpha[t][s] * beta[t][s] / total;
                }

                for (int c = 0; c < shape.Classes; c++)
                {
                    gradient[At(t, b, c, shape)] = (p[c] - share[c]) / Math.Max(1, lengths[b]) / shape.Batch;
                }
            }
        }

        return gradient;
    }

    /// <summary>The loss of one sample from the definition: every path is spelled, and those that give the target are added.</summary>
    public static double EnumeratedLoss(double[] logits, int[] targets, int[] lengths, int sample, CtcShape shape)
    {
        double[][] p = [.. Enumerable.Range(0, shape.Ticks).Select(t => Softmax(logits, t, sample, shape))];
        int[] target = targets[(sample * shape.TargetLength)..((sample * shape.TargetLength) + lengths[sample])];
        var path = new int[shape.Ticks];
        double total = 0;
        for (long number = 0; number < Math.Pow(shape.Classes, shape.Ticks); number++)
        {
            long rest = number;
            double product = 1;
            for (int t = 0; t < shape.Ticks; t++, rest /= shape.Classes)
            {
                path[t] = (int)(rest % shape.Classes);
                product *= p[t][path[t]];
            }

            IEnumerable<int> spelled = path.Where((c, t) => c != shape.Blank && (t == 0 || path[t - 1] != c));
            total += spelled.SequenceEqual(target) ? product : 0;
        }

        return -Math.Log(total) / Math.Max(1, target.Length);
    }

    private static double Loss(double[][] alpha, int length) => -Math.Log(Total(alpha)) / Math.Max(1, length);

    private static double Total(double[][] alpha) => alpha[^1][^1] + (alpha[^1].Length > 1 ? alpha[^1][^2] : 0);

    private static double[][] Forward(double[] logits, int[] targets, int[] lengths, int sample, CtcShape shape)
    {
        int[] states = States(targets, lengths[sample], sample, shape);
        double[][] alpha = [.. Enumerable.Range(0, shape.Ticks).Select(_ => new double[states.Length])];
        for (int t = 0; t < shape.Ticks; t++)
        {
            double[] p = Softmax(logits, t, sample, shape);
            for (int s = 0; s < states.Length; s++)
            {
                double sum = t == 0 ? (s < 2 ? 1 : 0) : Enumerable.Range(0, 3).Sum(k => CanStep(states, s - k, s) ? alpha[t - 1][s - k] : 0);
                alpha[t][s] = p[states[s]] * sum;
            }
        }

        return alpha;
    }

    private static double[][] Backward(double[] logits, int[] targets, int[] lengths, int sample, CtcShape shape)
    {
        int[] states = States(targets, lengths[sample], sample, shape);
        double[][] beta = [.. Enumerable.Range(0, shape.Ticks).Select(_ => new double[states.Length])];
        for (int s = Math.Max(0, states.Length - 2); s < states.Length; s++)
        {
            beta[^1][s] = 1;
        }

        for (int t = shape.Ticks - 2; t >= 0; t--)
        {
            double[] p = Softmax(logits, t + 1, sample, shape);
            for (int s = 0; s < states.Length; s++)
            {
                beta[t][s] = Enumerable.Range(0, 3).Sum(k => CanStep(states, s, s + k) ? beta[t + 1][s + k] * p[states[s + k]] : 0);
            }
        }

        return beta;
    }

    private static bool CanStep(int[] states, int from, int to) =>
        from >= 0 && to < states.Length && (to - from < 2 || (to % 2 == 1 && states[from] != states[to]));

    private static int[] States(int[] targets, int length, int sample, CtcShape shape) =>
        [.. Enumerable.Range(0, (2 * length) + 1).Select(s => s % 2 == 0 ? shape.Blank : targets[(sample * shape.TargetLength) + (s / 2)])];

    private static double[] Softmax(double[] logits, int tick, int sample, CtcShape shape)
    {
        double[] row = logits[At(tick, sample, 0, shape)..At(tick, sample, shape.Classes, shape)];
        double largest = row.Max(), sum = row.Sum(x => Math.Exp(x - largest));
        return [.. row.Select(x => Math.Exp(x - largest) / sum)];
    }

    private static int At(int tick, int sample, int c, CtcShape shape) => (((tick * shape.Batch) + sample) * shape.Classes) + c;
}
