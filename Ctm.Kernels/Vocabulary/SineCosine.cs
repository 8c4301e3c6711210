using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Sine and cosine of one angle, written out because CUDA's own are approximate.</summary>
internal readonly struct SineCosine
{
    private const float TwoOverPi = 0.636619772f;

    // Three parts of a quarter turn. The first two have few bits: a whole number below 2^15 times them is exact.
    private const float QuarterHigh = 1.5703125f;
    private const float QuarterMiddle = 4.8375129699707e-4f;
    private const float QuarterLow = 7.5497899548918e-8f;

    /// <summary>The angle is a number of quarter turns and a rest within an eighth of a turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SineCosine(float x, int quarter)
    {
        float s = x * x;
        float sine = x * (1f + (s * (-0.166666667f + (s * (0.00833333333f + (s * (-1.98412698e-4f + (s * 2.75573192e-6f))))))));
        float cosine = 1f + (s * (-0.5f + (s * (0.0416666667f + (s * (-0.00138888889f + (s * 2.48015873e-5f)))))));
        float along = (quarter & 1) == 0 ? cosine : sine, across = (quarter & 1) == 0 ? sine : cosine;

        // Cosine is negative in quarters 1 and 2, sine in 2 and 3. Signs are factors: a conditional
        // negation here came out wrong on OpenCL (ILGPU 1.5.3 on PoCL 6).
        Cosine = along * (1 - ((quarter + 1) & 2));
        Sine = across * (1 - (quarter & 2));
    }

    public float Sine { get; }

    public float Cosine { get; }

    /// <summary>Of an angle in radians, within 50000 of 0: absolute errors are about 1e-7 there and grow beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SineCosine Of(float angle)
    {
        float turns = angle * TwoOverPi;
        int quarter = (int)(turns + (turns < 0f ? -0.5f : 0.5f));
        float x = ((angle - (quarter * QuarterHigh)) - (quarter * QuarterMiddle)) - (quarter * QuarterLow);
        return new SineCosine(x, quarter & 3);
    }
}
