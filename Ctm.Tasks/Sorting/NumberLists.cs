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
