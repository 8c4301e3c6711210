using Ctm.Kernels.Losses;

namespace Ctm.Tasks.Mazes;

/// <summary>How well a model walks unseen mazes.</summary>
/// <param name="Samples">Number of mazes.</param>
/// <param name="StepAccuracy">Share of right moves at the tick that answers (the most certain, or the last), waits included.</param>
/// <param name="SolveRate">Share of mazes whose whole route is right at the tick that answers.</param>
/// <param name="MeanTick">Mean most certain tick, from 1.</param>
/// <param name="PerTickAccuracy">Share of right moves at every tick.</param>
/// <param name="PerTickSolveRate">Share of whole routes at every tick.</param>
/// <param name="Ece">Expected calibration error of the moves at the last tick, 9 bins, with the paper's running mean of probabilities.</param>
/// <param name="Brier">Brier score of the moves at the tick that answers.</param>
/// <param name="ExitAt">What stopping at a certainty would give.</param>
public sealed record MazeEvaluation(
    int Samples,
    double StepAccuracy,
    double SolveRate,
    double MeanTick,
    double[] PerTickAccuracy,
    double[] PerTickSolveRate,
    double Ece,
    double Brier,
    IReadOnlyList<ExitPoint> ExitAt);

/// <summary>Stopping at the first tick whose certainty reaches a threshold.</summary>
/// <param name="Threshold">The certainty.</param>
/// <param name="Share">Share of samples that reach it; the rest run to the last tick.</param>
/// <param name="Accuracy">Solve rate of all samples at the tick where each stops.</param>
/// <param name="MeanTicks">Mean number of ticks run.</param>
public sealed record ExitPoint(double Threshold, double Share, double Accuracy, double MeanTicks);

/// <summary>Sums up predictions into a <see cref="MazeEvaluation"/>.</summary>
internal sealed class MazeEvaluator(LossShape shape, bool useMostCertain)
{
    private const int Bins = 9;
    private static readonly double[] Thresholds = [0.5, 0.8, 0.9];
    private readonly long[] tickCorrect = new long[shape.Ticks], tickSolved = new long[shape.Ticks];
    private readonly long[] reached = new long[Thresholds.Length], exitTicks = new long[Thresholds.Length], exitSolved = new long[Thresholds.Length];
    private readonly double[] binConfidence = new double[Bins];
    private readonly long[] binCorrect = new long[Bins];
    private long samples, correct, solved, ticks;
    private double brier;

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
                    right[t] += chosen[t][s] == target[s] ? 1 : 0;
                }

                tickCorrect[t] += right[t];
                tickSolved[t] += right[t] == shape.Positions ? 1 : 0;
            }

            AddSample(target, chosen, certainty, probabilities, right);
        }
    }

    public MazeEvaluation Result()
    {
        double n = Math.Max(1, samples), moves = n * shape.Positions;
        double ece = 0;
        for (int i = 0; i < Bins; i++)
        {
            ece += Math.Abs(binConfidence[i] - binCorrect[i]) / moves;
        }

        return new MazeEvaluation(
            (int)samples,
            correct / moves,
            solved / n,
            ticks / n,
            [.. tickCorrect.Select(c => c / moves)],
            [.. tickSolved.Select(c => c / n)],
            ece,
            brier / moves,
            [.. Thresholds.Select((threshold, i) => new ExitPoint(threshold, reached[i] / n, exitSolved[i] / n, exitTicks[i] / n))]);
    }

    private void AddSample(ReadOnlySpan<int> target, int[][] chosen, double[] certainty, double[][] probabilities, int[] right)
    {
        int best = Array.IndexOf(certainty, certainty.Max()), last = shape.Ticks - 1, answer = useMostCertain ? best : last;
        samples++;
        correct += right[answer];
        solved += right[answer] == shape.Positions ? 1 : 0;
        ticks += best + 1;
        for (int i = 0; i < Thresholds.Length; i++)
        {
            int exit = Array.FindIndex(certainty, c => c >= Thresholds[i]);
            reached[i] += exit >= 0 ? 1 : 0;
            exit = exit < 0 ? last : exit;
            exitTicks[i] += exit + 1;
            exitSolved[i] += right[exit] == shape.Positions ? 1 : 0;
        }

        for (int s = 0; s < shape.Positions; s++)
        {
            for (int k = 0; k < shape.Classes; k++)
            {
                double distance = probabilities[answer][(s * shape.Classes) + k] - (k == target[s] ? 1 : 0);
                brier += distance * distance;
            }

            // The class of the last tick, and how probable it was on average over the ticks.
            int choice = chosen[last][s];
            double confidence = 0;
            for (int t = 0; t < shape.Ticks; t++)
            {
                confidence += probabilities[t][(s * shape.Classes) + choice] / shape.Ticks;
            }

            int bin = Math.Min(Bins - 1, (int)(confidence * Bins));
            binConfidence[bin] += confidence;
            binCorrect[bin] += choice == target[s] ? 1 : 0;
        }
    }
}
