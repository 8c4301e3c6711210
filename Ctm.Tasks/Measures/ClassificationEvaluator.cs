using Ctm.Kernels.Losses;

namespace Ctm.Tasks.Measures;

/// <summary>
/// Sums up the predictions of a model that classifies one or several positions at every tick: accuracy at the tick that answers, at the last
/// one and at each; what stopping at a certainty gives; calibration at the most certain tick, at the last one, and with the mean of all ticks' probabilities
/// (paper section 5.1).
/// </summary>
/// <param name="shape">The sizes; that of the batch is not looked at.</param>
/// <param name="useMostCertain">Whether the most certain tick answers, or the last.</param>
internal sealed class ClassificationEvaluator(LossShape shape, bool useMostCertain)
{
    private static readonly double[] Thresholds = [0.5, 0.8, 0.9];
    private readonly long[] tickCorrect = new long[shape.Ticks], tickWhole = new long[shape.Ticks];
    private readonly long[] placeCorrect = new long[shape.Ticks * shape.Positions];
    private readonly long[] reached = new long[Thresholds.Length], exitTicks = new long[Thresholds.Length], exitWhole = new long[Thresholds.Length];
    private readonly CalibrationCurve mostCertain = new(), lastTick = new(), runningMean = new();
    private long samples, correct, whole, ticks, lost;
    private readonly double[] means = new double[shape.Classes];

    /// <summary>Share of samples that are wholly right at the tick that answers.</summary>
    public double Accuracy => whole / (double)Math.Max(1, samples);

    /// <summary>Share of right positions at the tick that answers.</summary>
    public double StepAccuracy => correct / ((double)Math.Max(1, samples) * shape.Positions);

    /// <summary>Share of samples that are wholly right at every tick, [T].</summary>
    public double[] PerTickWhole => Shares(tickWhole, Math.Max(1, samples));

    /// <summary>Share of right predictions at every tick and position, [T][S].</summary>
    public double[][] PerTickPosition => [.. placeCorrect.Chunk(shape.Positions).Select(tick => Shares(tick, Math.Max(1, samples)))];

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">Shape [T, B, S, K].</param>
    /// <param name="targets">Shape [B, S].</param>
    /// <param name="batch">Number of samples.</param>
    public void Add(float[] logits, int[] targets, int batch)
    {
        int width = shape.Positions * shape.Classes;
        var chosen = new int[shape.Ticks][];
        var certainty = new double[shape.Ticks];
        var probabilities = new double[shape.Ticks][];
        var right = new int[shape.Ticks];
        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<int> target = targets.AsSpan(b * shape.Positions, shape.Positions);
            for (int t = 0; t < shape.Ticks; t++)
            {
                chosen[t] ??= new int[shape.Positions];
                probabilities[t] ??= new double[width];
                certainty[t] = PredictionReading.Read(
                    logits.AsSpan(((t * batch) + b) * width, width), shape.Classes, chosen[t], probabilities[t]);
                right[t] = 0;
                for (int s = 0; s < shape.Positions; s++)
                {
                    int isRight = chosen[t][s] == target[s] ? 1 : 0;
                    right[t] += isRight;
                    placeCorrect[(t * shape.Positions) + s] += isRight;
                }

                tickCorrect[t] += right[t];
                tickWhole[t] += right[t] == shape.Positions ? 1 : 0;
            }

            AddSample(target, chosen, certainty, probabilities, right);
        }
    }

    /// <summary>The figures so far.</summary>
    /// <param name="task">Name of the task.</param>
    /// <param name="dynamics">What the neurons do; null for models without any.</param>
    public ClassificationFigures Result(string task, NeuronDynamics? dynamics)
    {
        double n = Math.Max(1, samples), predictions = n * shape.Positions;
        Calibration certain = mostCertain.Result(), last = lastTick.Result(), mean = runningMean.Result();
        return new ClassificationFigures
        {
            Task = task,
            Samples = (int)samples,
            Accuracy = Accuracy,
            StepAccuracy = StepAccuracy,
            MeanTick = ticks / n,
            PerTickAccuracy = Shares(tickCorrect, predictions),
            LastTickAccuracy = tickWhole[^1] / n,
            BestTick = Array.IndexOf(tickWhole, tickWhole.Max()) + 1,
            Overthinking = lost / n,
            Ece = mean.Ece,
            Brier = (useMostCertain ? certain : last).Brier,
            ExitAt = [.. Thresholds.Select((threshold, i) => new ExitPoint(threshold, reached[i] / n, exitWhole[i] / n, exitTicks[i] / n))],
            Reliability = mean.Reliability,
            RunningMeanBrier = mean.Brier,
            MostCertainCalibration = certain,
            LastTickCalibration = last,
            Dynamics = dynamics,
        };
    }

    private static double[] Shares(long[] counts, double all) => [.. counts.Select(c => c / all)];

    private void AddSample(ReadOnlySpan<int> target, int[][] chosen, double[] certainty, double[][] probabilities, int[] right)
    {
        int best = Array.IndexOf(certainty, certainty.Max()), last = shape.Ticks - 1, answer = useMostCertain ? best : last;
        samples++;
        correct += right[answer];
        whole += right[answer] == shape.Positions ? 1 : 0;
        lost += right[answer] < shape.Positions && right.Contains(shape.Positions) ? 1 : 0;
        ticks += best + 1;
        for (int i = 0; i < Thresholds.Length; i++)
        {
            int exit = Array.FindIndex(certainty, c => c >= Thresholds[i]);
            reached[i] += exit >= 0 ? 1 : 0;
            exit = exit < 0 ? last : exit;
            exitTicks[i] += exit + 1;
            exitWhole[i] += right[exit] == shape.Positions ? 1 : 0;
        }

        for (int s = 0; s < shape.Positions; s++)
        {
            ReadOnlySpan<double> At(int tick) => probabilities[tick].AsSpan(s * shape.Classes, shape.Classes);
            mostCertain.Add(At(best), chosen[best][s], target[s]);
            lastTick.Add(At(last), chosen[last][s], target[s]);

            // The class of the last tick, and how probable it was on average over the ticks.
            Array.Clear(means);
            for (int t = 0; t < shape.Ticks; t++)
            {
                for (int k = 0; k < shape.Classes; k++)
                {
                    means[k] += At(t)[k] / shape.Ticks;
                }
            }

            runningMean.Add(means, chosen[last][s], target[s]);
        }
    }
}
