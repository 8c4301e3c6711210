using Ctm.Kernels.Vocabulary;
using ILGPU;
using ILGPU.Algorithms;

namespace Ctm.Kernels.RandomNumbers;

/// <summary>
/// Two standard normal numbers from two random words (Box and Muller 1958): sqrt(-2 ln u) times cosine and sine of 2 pi v. Logarithm,
/// sine and cosine are written out, because the devices' own differ by more than a rounding (CUDA's logarithm is approximate near 1).
/// </summary>
internal readonly struct NormalPair
{
    private const float Ln2 = 0.693147181f;
    private const float Sqrt2 = 1.41421356f;
    private const float HalfPi = 1.57079633f;

    public NormalPair(uint radiusWord, uint angleWord)
    {
        // u is in (0, 1], so that its logarithm is finite; the largest radius is sqrt(48 ln 2) = 5.77.
        float radius = XMath.Sqrt(-2f * Log(Philox.Fraction(radiusWord) + (1f / 16777216f)));

        // A full turn is 2^32; the nearest quarter turn goes, the rest is within an eighth of a turn.
        uint shifted = angleWord + 0x20000000u;
        int quarter = (int)(shifted >> 30) & 3;
        float x = ((int)(shifted & 0x3FFFFFFFu) - 0x20000000) * (1f / 1073741824f) * HalfPi;
        var angle = new SineCosine(x, quarter);
        First = radius * angle.Cosine;
        Second = radius * angle.Sine;
    }

    public float First { get; }

    public float Second { get; }

    /// <summary>ln x of a normal positive float: x = 2^e m with m about 1, ln m = 2 artanh((m - 1) / (m + 1)).</summary>
    private static float Log(float x)
    {
        int bits = (int)Interop.FloatAsInt(x);
        int exponent = (bits >> 23) - 127;
        float m = Interop.IntAsFloat((uint)((bits & 0x007FFFFF) | 0x3F800000));
        if (m > Sqrt2)
        {
            m *= 0.5f;
            exponent++;
        }

        float s = (m - 1f) / (m + 1f), q = s * s;
        float artanh = s * (1f + (q * (0.333333333f + (q * (0.2f + (q * (0.142857143f + (q * 0.111111111f))))))));
        return (exponent * Ln2) + (2f * artanh);
    }
}
