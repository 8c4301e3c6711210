namespace Ctm.Engine.Models;

/// <summary>Samples of a batch that think on, and what those answered that do not.</summary>
internal sealed class UndecidedSamples
{
    private readonly int width;
    private readonly float threshold;
    private readonly float[] answers, certainties;
    private readonly int[] ticks;
    private int[] rows;
    private int undecided;
    private long computed;

    public UndecidedSamples(int batch, int width, float threshold)
    {
        this.width = width;
        this.threshold = threshold;
        answers = new float[batch * width];
        certainties = new float[batch];
        Array.Fill(certainties, float.NegativeInfinity);
        ticks = new int[batch];
        rows = [.. Enumerable.Range(0, batch)];
        undecided = batch;
    }

    /// <summary>Rows of the batch that is computed: undecided samples, and decided ones that nothing took the place of.</summary>
    public int Rows => rows.Length;

    /// <summary>Whether so many have decided that a smaller batch pays for the move.</summary>
    public bool CanCompact => undecided <= Smaller(Rows);

    /// <summary>Takes in the answers of one tick.</summary>
    /// <param name="predictions">Logits, [rows, outputs].</param>
    /// <param name="certaintiesOfRows">Certainties, [rows].</param>
    /// <returns>Whether any sample is undecided still.</returns>
    public bool Hear(ReadOnlySpan<float> predictions, ReadOnlySpan<float> certaintiesOfRows)
    {
        computed += Rows;
        for (int row = 0; row < Rows; row++)
        {
            int sample = rows[row];
            if (sample < 0)
            {
                continue;
            }

            ticks[sample]++;
            float certainty = certaintiesOfRows[row];
            if (certainty > certainties[sample])
            {
                certainties[sample] = certainty;
                predictions.Slice(row * width, width).CopyTo(answers.AsSpan(sample * width));
            }

            if (certainty >= threshold)
            {
                rows[row] = ~sample;
                undecided--;
            }
        }

        return undecided > 0;
    }

    /// <summary>Moves to the smallest batch, of few different sizes, that holds the undecided samples.</summary>
    /// <returns>The rows of the batch before that make the new one.</returns>
    public int[] Compact()
    {
        int size = Rows;
        while (undecided <= Smaller(size))
        {
            size = Smaller(size);
        }

        // Decided samples fill up what is left of the size.
        int[] chosen = [.. Enumerable.Range(0, Rows).OrderBy(r => rows[r] < 0).Take(size)];
        rows = [.. chosen.Select(r => rows[r])];
        return chosen;
    }

    public Decisions Decide() => new(ticks.Length, answers, certainties, ticks, computed);

    // A quarter less, so that memory is needed for few sizes and no more than a quarter of a batch is idle.
    private static int Smaller(int size) => size * 3 / 4;
}
