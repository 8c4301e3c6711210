namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// 2^f on [-0.5, 0.5] as 1 + f (C1 + f (C2 + ...)): interpolated at Chebyshev points, relative error 5e-9.
/// </summary>
internal static class ExpPolynomial
{
    public const float Log2E = 1.44269504f;

    /// <summary>What <see cref="Log2E"/> lacks of the logarithm.</summary>
    public const float Log2ELow = 1.92596303e-8f;

    /// <summary>Arguments whose exponentials have normal exponents.</summary>
    public const float Lowest = -87.3f, Highest = 88.02f;

    public const float Ln2High = 0.693359375f;
    public const float Ln2Low = -2.12194440e-4f;
    public const float C1 = 0.693147188f;
    public const float C2 = 0.240226508f;
    public const float C3 = 0.0555035711f;
    public const float C4 = 0.00961808256f;
    public const float C5 = 0.00133908634f;
    public const float C6 = 0.000154531629f;

    /// <summary>
    /// The same with one term less, relative error 1.1e-7, for sigmoids: they scale the error of the exponential by a quarter or less.
    /// </summary>
    public const float S1 = 0.693147004f;
    public const float S2 = 0.240222424f;
    public const float S3 = 0.0555073358f;
    public const float S4 = 0.00967151672f;
    public const float S5 = 0.0013264739f;
}
