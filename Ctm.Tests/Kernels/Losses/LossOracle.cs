using Ctm.Kernels.Losses;

namespace Ctm.Tests.Kernels.Losses;

/// <summary>The losses in float64, written from their definitions.</summary>
internal static class LossOracle
{
    public static double[] Probabilities(double[] logits, int at, int classes)
    {
        double largest = double.NegativeInfinity, sum = 0;
        for (int c = 0; c < classes; c++)
        {
            largest = Math.Max(largest, logits[at + c]);
        }

        var p = new double[classes];
        for (int c = 0; c < classes; c++)
        {
            p[c] = Math.Exp(logits[at + c] - largest);
            sum += p[c];
        }

        return [.. p.Select(x => x / sum)];
    }

    public static double[] CrossEntropy(double[] logits, int[] targets, LossShape shape)
    {
        var losses = new double[shape.Predictions];
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = -Math.Log(Probabilities(logits, i * shape.Classes, shape.Classes)[targets[i % (shape.Batch * shape.Positions)]]);
        }

        return losses;
    }

    public static double[] Entropy(double[] logits, LossShape shape)
    {
        var entropy = new double[shape.Ticks * shape.Batch];
        for (int i = 0; i < shape.Predictions; i++)
        {
            double[] p = Probabilities(logits, i * shape.Classes, shape.Classes);
            entropy[i / shape.Positions] -= p.Sum(x => x > 0 ? x * Math.Log(x) : 0) / Math.Log(shape.Classes) / shape.Positions;
        }

        return entropy;
    }

    public static int[] ArgMax(double[] logits, LossShape shape)
    {
        var best = new int[shape.Predictions];
        for (int i = 0; i < best.Length; i++)
        {
            for (int c = 1; c < shape.Classes; c++)
            {
                best[i] = logits[(i * shape.Classes) + c] > logits[(i * shape.Classes) + best[i]] ? c : best[i];
            }
        }

        return best;
    }

    public static int[] Prefix(double[] logits, int[] targets, LossShape shape)
    {
        int[] best = ArgMax(logits, shape), prefix = new int[shape.Ticks * shape.Batch];
        for (int row = 0; row < prefix.Length; row++)
        {
            int sample = row % shape.Batch;
            while (prefix[row] < shape.Positions
                && best[(row * shape.Positions) + prefix[row]] == targets[(sample * shape.Positions) + prefix[row]])
            {
                prefix[row]++;
            }
        }

        return prefix;
    }

    public static int[] Reach(int[] prefix, int batch, int lookahead)
    {
        var reach = new int[batch];
        for (int i = 0; i < prefix.Length; i++)
        {
            reach[i % batch] = Math.Max(reach[i % batch], Math.Max(0, prefix[i] - 1) + lookahead);
        }

        return reach;
    }

    public static double TickLoss(double[] losses, int tick, int sample, int counted, LossShape shape)
    {
        double sum = 0;
        for (int s = 0; s < counted; s++)
        {
            sum += losses[(((tick * shape.Batch) + sample) * shape.Positions) + s];
        }

        return counted == 0 ? 0 : sum / counted;
    }

    /// <summary>The mean loss at given ticks, and with a weight that of all ticks.</summary>
    public static double Loss(
        double[] logits, int[] targets, int[] first, int[] second, int[]? reach, LossShape shape, double everyTick = 0)
    {
        double[] losses = CrossEntropy(logits, targets, shape);
        double sum = 0;
        for (int b = 0; b < shape.Batch; b++)
        {
            int counted = Counted(reach, b, shape);
            sum += (TickLoss(losses, first[b], b, counted, shape) + TickLoss(losses, second[b], b, counted, shape)) / 2;
            sum += everyTick * Enumerable.Range(0, shape.Ticks).Average(t => TickLoss(losses, t, b, counted, shape));
        }

        return sum / shape.Batch;
    }

    public static double[] LossGradient(
        double[] logits, int[] targets, int[] first, int[] second, int[]? reach, LossShape shape, double everyTick = 0)
    {
        var gradient = new double[logits.Length];
        for (int b = 0; b < shape.Batch; b++)
        {
            int counted = Counted(reach, b, shape);
            IEnumerable<(int Tick, double Weight)> every = Enumerable.Range(0, shape.Ticks).Select(t => (t, everyTick / shape.Ticks));
            foreach ((int tick, double weight) in every.Append((first[b], 0.5)).Append((second[b], 0.5)))
            {
                for (int s = 0; s < counted; s++)
                {
                    int at = ((((tick * shape.Batch) + b) * shape.Positions) + s) * shape.Classes;
                    double[] p = Probabilities(logits, at, shape.Classes);
                    for (int c = 0; c < shape.Classes; c++)
                    {
                        double oneHot = c == targets[(b * shape.Positions) + s] ? 1 : 0;
                        gradient[at + c] += weight * (p[c] - oneHot) / counted / shape.Batch;
                    }
                }
            }
        }

        return gradient;
    }

    public static int Counted(int[]? reach, int sample, LossShape shape) =>
        reach is null ? shape.Positions : Math.Min(shape.Positions, reach[sample]);
}
