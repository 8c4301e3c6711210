namespace Ctm.Tasks.Sorting;

/// <summary>What numbers are drawn from; each has mean 0 and variance 1 before it is scaled and shifted.</summary>
public enum NumberDistribution
{
    /// <summary>The normal distribution, the reference's.</summary>
    Normal,

    /// <summary>Uniform from -sqrt(3) to sqrt(3).</summary>
    Uniform,

    /// <summary>Exponential, less its mean: many small gaps and a long tail to the right.</summary>
    Exponential,

    /// <summary>Two narrow normal hills of deviation 0.2 around -0.98 and 0.98, one as likely as the other.</summary>
    Bimodal,
}

/// <summary>Lists of numbers to sort (data/custom_datasets.py, SortDataset): independent draws, and their places in rising order.</summary>
public static class NumberLists
{
    private const ulong TestStream = 0x74657374;
    private const double HillDeviation = 0.2;

    /// <summary>Draws one list; the same position of a recipe is always the same list.</summary>
    /// <param name="recipe">Seed, distribution, mean and deviation.</param>
    /// <param name="isTraining">A training list, or an unseen one.</param>
    /// <param name="position">Number of the list, from 0.</param>
    /// <param name="values">Receives the numbers.</param>
    /// <param name="order">Receives the index of the smallest number, that of the next one, and so on.</param>
    public static void Read(SortRecipe recipe, bool isTraining, long position, Span<float> values, Span<int> order)
    {
        var random = new SampleRandom(isTraining ? recipe.Seed : recipe.Seed ^ TestStream, (ulong)position);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(recipe.Mean + (recipe.Deviation * Draw(ref random, recipe.Distribution)));
            order[i] = i;
        }

        Span<float> keys = stackalloc float[values.Length];
        values.CopyTo(keys);
        keys.Sort(order);
    }

    /// <summary>Lists that begin later: number i of a result is number i + shift of the list, the first following the last.</summary>
    /// <param name="values">The numbers, [B, N].</param>
    /// <param name="length">Numbers of a list, N.</param>
    /// <param name="shift">By how many numbers, 0 to N - 1.</param>
    public static float[] Rotate(ReadOnlySpan<float> values, int length, int shift)
    {
        var rotated = new float[values.Length];
        for (int start = 0; start < values.Length; start += length)
        {
            ReadOnlySpan<float> list = values.Slice(start, length);
            list[shift..].CopyTo(rotated.AsSpan(start));
            list[..shift].CopyTo(rotated.AsSpan(start + length - shift));
        }

        return rotated;
    }

    /// <summary>The class of a list that each class of its rotation stands for, [N + 1]; the last is the blank.</summary>
    public static int[] RotatedClasses(int length, int shift) => [.. Enumerable.Range(0, length).Select(i => (i + shift) % length), length];

    private static double Draw(ref SampleRandom random, NumberDistribution distribution) => distribution switch
    {
        NumberDistribution.Uniform => Math.Sqrt(3) * ((2 * random.Uniform()) - 1),
        NumberDistribution.Exponential => -Math.Log(1 - random.Uniform()) - 1,
        NumberDistribution.Bimodal => Hill(ref random),
        _ => random.Normal(),
    };

    private static double Hill(ref SampleRandom random)
    {
        double centre = Math.Sqrt(1 - (HillDeviation * HillDeviation));
        return (random.Below(2) == 0 ? -centre : centre) + (HillDeviation * random.Normal());
    }
}
