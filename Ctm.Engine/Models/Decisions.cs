namespace Ctm.Engine.Models;

/// <summary>What a model answers to a batch when each sample stops as soon as it is certain.</summary>
/// <param name="Batch">Samples B.</param>
/// <param name="Predictions">Logits of each sample's answer, [B, outputs].</param>
/// <param name="Certainties">Certainty of each answer, 0 to 1, [B].</param>
/// <param name="Ticks">
/// Ticks that each sample thought, [B]: up to the first one at which it was certain enough. A sample that never was thought all of
/// them, and answers what it answered at its most certain one.
/// </param>
/// <param name="ComputedTicks">Ticks computed, summed over the samples: those of stopped samples count until the batch is compacted.</param>
public sealed record Decisions(int Batch, float[] Predictions, float[] Certainties, int[] Ticks, long ComputedTicks)
{
    /// <summary>Mean of <see cref="Ticks"/>.</summary>
    public double MeanTicks => Ticks.Average();

    /// <summary>The logits of a sample's answer.</summary>
    public ReadOnlySpan<float> Answer(int sample)
    {
        int width = Predictions.Length / Batch;
        return Predictions.AsSpan(sample * width, width);
    }
}
