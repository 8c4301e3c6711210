namespace Ctm.Tasks;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014) started from a seed and an index: integer arithmetic only, so item i of seed s is
/// the same on every machine, and items need not be drawn in order.
/// </summary>
internal struct SampleRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong state;

    public SampleRandom(ulong seed, ulong index)
    {
        // Seed and index must not enter alike: what is symmetric in them gives two pairs the same numbers.
        state = Mix(Mix(seed + Golden) + index);
    }

    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    public ulong Next()
    {
        state += Golden;
        return Mix(state);
    }

    /// <summary>A number from 0 to limit - 1; the bias, at most limit / 2^32, cannot be seen for limits of a few thousand.</summary>
    public int Below(int limit)
    {
        return (int)(((Next() >> 32) * (ulong)limit) >> 32);
    }

    /// <summary>A number from 0 to below 1, a multiple of 2^-53.</summary>
    public double Uniform()
    {
        return (Next() >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    public double Normal()
    {
        // 1 - u is never 0.
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        return radius * Math.Cos(2 * Math.PI * Uniform());
    }
}
