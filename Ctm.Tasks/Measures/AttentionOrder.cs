using Ctm.Engine.Models;

namespace Ctm.Tasks.Measures;

/// <summary>
/// Which way a model looks along places that have an order, such as a sequence or a route: for each head, the correlation of the place
/// attended to with the tick, and how many of its steps lead back. Values are those of the head whose correlation is strongest.
/// </summary>
internal sealed class AttentionOrder
{
    // In places: what is less is no step.
    private const double SmallestStep = 0.5;

    // A batch with more weights is left out: they are copied to the host.
    private const int MaximumWeights = 32 << 20;
    private Correlation[] correlations = [];
    private long[] steps = [], backward = [];

    /// <summary>The correlation; null where no model attended.</summary>
    public double? Value => correlations.Length == 0 ? null : correlations[Strongest].Value;

    /// <summary>Share of steps of half a place or more that lead back; null where no model attended.</summary>
    public double? BackwardSteps =>
        correlations.Length == 0 ? null : backward[Strongest] / (double)Math.Max(1, steps[Strongest]);

    private int Strongest => Enumerable.Range(0, correlations.Length).MaxBy(head => Math.Abs(correlations[head].Value));

    /// <summary>Adds a batch.</summary>
    /// <param name="output">The pass.</param>
    /// <param name="placesOf">The tokens that count of a sample of the batch, in their order.</param>
    public void Add(TickOutput output, Func<int, int[]> placesOf)
    {
        if (output.Attention is not { } track || track.Weights.Length > MaximumWeights)
        {
            return;
        }

        if (correlations.Length == 0)
        {
            correlations = [.. Enumerable.Range(0, track.Heads).Select(_ => new Correlation())];
            (steps, backward) = (new long[track.Heads], new long[track.Heads]);
        }

        float[] weights = track.Weights.Data.ToArray();
        for (int sample = 0; sample < output.Batch; sample++)
        {
            int[] places = placesOf(sample);
            for (int head = 0; head < track.Heads && places.Length > 1; head++)
            {
                Follow(output, track, weights, sample, head, places);
            }
        }
    }

    // Places count from 0 to 1 in the correlation, as their number differs from sample to sample.
    private void Follow(TickOutput output, AttentionTrack track, float[] weights, int sample, int head, int[] places)
    {
        int tokens = track.Height * track.Width;
        double? before = null;
        for (int tick = 0; tick < output.Ticks; tick++)
        {
            ReadOnlySpan<float> looks = weights.AsSpan(((((tick * output.Batch) + sample) * track.Heads) + head) * tokens, tokens);
            double? now = Centre(looks, places);
            if (now is { } place)
            {
                correlations[head].Add(tick, place / (places.Length - 1));
                if (before is { } earlier && Math.Abs(place - earlier) >= SmallestStep)
                {
                    steps[head]++;
                    backward[head] += place < earlier ? 1 : 0;
                }
            }

            before = now;
        }
    }

    private static double? Centre(ReadOnlySpan<float> looks, int[] places)
    {
        double sum = 0, centre = 0;
        for (int i = 0; i < places.Length; i++)
        {
            sum += looks[places[i]];
            centre += i * (double)looks[places[i]];
        }

        return sum > 0 ? centre / sum : null;
    }
}
