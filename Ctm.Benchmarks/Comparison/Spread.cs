namespace Ctm.Benchmarks.Comparison;

/// <summary>Least, median and quartiles of some measurements.</summary>
/// <param name="Least">The smallest, which other work on the machine disturbed least.</param>
/// <param name="Lower">A quarter is below.</param>
/// <param name="Median">Half is below.</param>
/// <param name="Upper">A quarter is above.</param>
internal readonly record struct Spread(double Least, double Lower, double Median, double Upper)
{
    /// <summary>Of one value or more, with linear interpolation between neighbours.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        double At(double share)
        {
            double place = share * (sorted.Length - 1);
            int below = (int)place;
            return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
        }

        return new Spread(sorted[0], At(0.25), At(0.5), At(0.75));
    }
}
