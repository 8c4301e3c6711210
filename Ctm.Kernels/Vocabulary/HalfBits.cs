using ILGPU;

namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// Half precision (IEEE 754 binary16) in 16 bits of an integer, converted by integer operations: the same on every device, those without
/// such a type included.
/// </summary>
internal static class HalfBits
{
    private const uint Infinity = 0x7c00, NotANumber = 0x7e00, SingleInfinity = 0x7f800000;

    // The smallest normal half, the first float beyond all halves, and what the exponents of both formats differ by.
    private const uint SmallestNormal = 0x38800000, Beyond = 0x47800000, Bias = 0x38000000;

    // 2^112: takes an exponent from the one format's bias to the other's.
    private const float Rebias = 5.192296858534828e33f;

    /// <summary>The nearest half, of two as near the even one; infinite from 65520 on.</summary>
    public static int FromSingle(float value)
    {
        uint bits = Interop.FloatAsInt(value), sign = (bits >> 16) & 0x8000u, magnitude = bits & 0x7fffffffu;
        uint half = (magnitude - Bias + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
        if (magnitude < SmallestNormal)
        {
            // In a float from 0.5 to 1 the last bit stands for 2^-24, as it does in halves that are not normal.
            half = Interop.FloatAsInt(Interop.IntAsFloat(magnitude) + 0.5f) - 0x3f000000u;
        }

        if (magnitude >= Beyond)
        {
            half = magnitude > SingleInfinity ? NotANumber : Infinity;
        }

        return (int)(sign | half);
    }

    /// <summary>The value of a half.</summary>
    /// <param name="half">Its bits, the sign repeated in all higher ones.</param>
    public static float ToSingle(int half)
    {
        uint bits = ((uint)half << 13) & 0x8fffe000u;
        float value = Interop.IntAsFloat(bits) * Rebias;
        return (half & 0x7c00) == 0x7c00 ? Interop.IntAsFloat(bits | SingleInfinity) : value;
    }

    /// <summary>The value after a rounding to half precision.</summary>
    public static float Round(float value) => ToSingle((short)FromSingle(value));
}
