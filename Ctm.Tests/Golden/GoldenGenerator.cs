namespace Ctm.Tests.Golden;

/// <summary>Tensors that follow from a hash of the element number instead of being stored.</summary>
public static class GoldenGenerator
{
    /// <summary>Values k = 0 .. count-1 of ((hash(k, seed) >> 8) - 2^23) * 2^(log2Scale - 23) + offset, rounded from double.</summary>
    public static float[] Values(int count, uint seed, int log2Scale, double offset = 0)
    {
        double scale = Math.ScaleB(1.0, log2Scale - 23);
        float[] values = new float[count];
        for (int k = 0; k < count; k++)
        {
            values[k] = (float)((((int)(Hash(unchecked((uint)k + (seed * 0x9E3779B1u))) >> 8) - 8388608) * scale) + offset);
        }

        return values;
    }

    private static uint Hash(uint h)
    {
        unchecked
        {
            h ^= h >> 16;
            h *= 0x85EBCA6Bu;
            h ^= h >> 13;
            h *= 0xC2B2AE35u;
            return h ^ (h >> 16);
        }
    }
}
