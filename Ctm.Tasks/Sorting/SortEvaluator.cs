using Ctm.Engine.Losses;
using Ctm.Kernels.Ctc;
using Ctm.Tasks.Measures;

namespace Ctm.Tasks.Sorting;

/// <summary>Sums up what a model spells into <see cref="SortFigures"/>.</summary>
/// <param name="shape">The sizes of a batch.</param>
internal sealed class SortEvaluator(CtcShape shape)
{
    private const int GroupCount = 8;
    private readonly long[] waits = new long[shape.TargetLength], waited = new long[shape.TargetLength];
    private readonly List<(double Gap, int Value)> pairs = [];
    private readonly List<(double Gap, bool Value)> lists = [];
    private readonly Correlation correlation = new();
    private readonly CtcPermutationDecoder permutations = new();
    private long textbook, permuted, correct, lastTicks;

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">Shape [T, B, K].</param>
    /// <param name="values">The numbers, [B, N].</param>
    /// <param name="targets">Their order, [B, N].</param>
    /// <param name="batch">Number of lists.</param>
    public void Add(float[] logits, float[] values, int[] targets, int batch)
    {
        CtcShape sizes = shape with { Batch = batch };
        int length = shape.TargetLength;
        for (int b = 0; b < batch; b++)
        {
            ReadOnlySpan<int> target = targets.AsSpan(b * length, length);
            CtcReading reading = CtcDecoder.Decode(logits, sizes, b, CtcDecoding.Reference);
            lists.Add((SmallestGap(target, values.AsSpan(b * length, length)), reading.Spells(target)));
            textbook += CtcDecoder.Decode(logits, sizes, b, CtcDecoding.Textbook).Spells(target) ? 1 : 0;
            permuted += target.SequenceEqual(permutations.Decode(logits, sizes, b)) ? 1 : 0;
            correct += reading.CountCorrect(target);
            lastTicks += reading.WaitTimes.Sum() + reading.WaitTimes.Length;
            AddWaits(reading, target, values.AsSpan(b * length, length));
        }
    }

    /// <summary>The figures so far.</summary>
    public SortFigures Result(NeuronDynamics? dynamics)
    {
        double n = Math.Max(1, lists.Count);
        return new SortFigures
        {
            Task = SortTask.Name,
            Samples = lists.Count,
            Accuracy = lists.Count(list => list.Value) / n,
            StepAccuracy = correct / (n * shape.TargetLength),
            TextbookAccuracy = textbook / n,
            PermutationAccuracy = permuted / n,
            MeanTick = lastTicks / n,
            Ticks = shape.Ticks,
            MeanWait = [.. waits.Select((wait, i) => (double)wait / Math.Max(1, waited[i]))],
            WaitByGap = [.. Groups(pairs).Select(g => new GapWait(g.Average(p => p.Gap), g.Average(p => p.Value), g.Length))],
            AccuracyByGap =
            [
                .. Groups(lists).Select(g => new GapAccuracy(g.Average(l => l.Gap), g.Count(l => l.Value) / (double)g.Length, g.Length)),
            ],
            GapWaitCorrelation = correlation.Value,
            Dynamics = dynamics,
        };
    }

    // Only numbers that follow a right one count: a wait after a mistake says nothing about the gap.
    private void AddWaits(CtcReading reading, ReadOnlySpan<int> target, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < Math.Min(target.Length, reading.Labels.Length) && reading.Labels[i] == target[i]; i++)
        {
            waits[i] += reading.WaitTimes[i];
            waited[i]++;
            if (i > 0)
            {
                double gap = (double)values[target[i]] - values[target[i - 1]];
                pairs.Add((gap, reading.WaitTimes[i]));
                correlation.Add(gap, reading.WaitTimes[i]);
            }
        }
    }

    private static double SmallestGap(ReadOnlySpan<int> target, ReadOnlySpan<float> values)
    {
        double smallest = double.PositiveInfinity;
        for (int i = 1; i < target.Length; i++)
        {
            smallest = Math.Min(smallest, (double)values[target[i]] - values[target[i - 1]]);
        }

        return smallest;
    }

    // By rising gap, groups of equal size.
    private static IEnumerable<(double Gap, T Value)[]> Groups<T>(List<(double Gap, T Value)> items)
    {
        (double Gap, T Value)[] sorted = [.. items.OrderBy(item => item.Gap)];
        for (int g = 0; g < GroupCount; g++)
        {
            int first = (int)((long)sorted.Length * g / GroupCount), end = (int)((long)sorted.Length * (g + 1) / GroupCount);
            if (end > first)
            {
                yield return sorted[first..end];
            }
        }
    }
}
