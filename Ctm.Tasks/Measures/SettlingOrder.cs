namespace Ctm.Tasks.Measures;

/// <summary>
/// In which order the positions of an answer become right: the correlation of the tick from which a position stays right with the position.
/// Near 1, a model works from the first position to the last; near 0 all become right together; below 0 the last ones come first.
/// </summary>
/// <param name="positions">Positions of an answer.</param>
/// <param name="classes">Classes of each.</param>
/// <param name="ignored">The class of positions that do not count, such as a route's waits; null counts all.</param>
internal sealed class SettlingOrder(int positions, int classes, int? ignored = null)
{
    private readonly Correlation correlation = new();

    /// <summary>The correlation, over samples and positions that are right at the end.</summary>
    public double Value => correlation.Value;

    /// <summary>Adds a batch.</summary>
    /// <param name="logits">Shape [T, B, S, K].</param>
    /// <param name="targets">Shape [B, S].</param>
    /// <param name="batch">Number of samples.</param>
    public void Add(float[] logits, int[] targets, int batch)
    {
        int rows = batch * positions, ticks = logits.Length / (rows * classes);
        for (int row = 0; row < rows; row++)
        {
            int settled = ticks;
            while (settled > 0 && targets[row] != ignored && Chosen(logits, ((settled - 1) * rows) + row) == targets[row])
            {
                settled--;
            }

            if (settled < ticks)
            {
                correlation.Add(row % positions, settled);
            }
        }
    }

    private int Chosen(float[] logits, int row)
    {
        ReadOnlySpan<float> values = logits.AsSpan(row * classes, classes);
        int best = 0;
        for (int k = 1; k < classes; k++)
        {
            best = values[k] > values[best] ? k : best;
        }

        return best;
    }
}
