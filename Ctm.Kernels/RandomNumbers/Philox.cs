using System.Runtime.CompilerServices;

namespace Ctm.Kernels.RandomNumbers;

/// <summary>
/// One draw of Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four independent uniform
/// 32-bit words as a function of a 128-bit counter and a 64-bit key. There is no state, so any element of a stream can be drawn by
/// itself, on the host and in kernels alike.
/// </summary>
public readonly struct Philox
{
    private const uint MultiplierX = 0xD2511F53, MultiplierZ = 0xCD9E8D57;

    // The golden ratio and sqrt(3) - 1 as fractions of 2^32.
    private const uint WeylLow = 0x9E3779B9, WeylHigh = 0xBB67AE85;

    private Philox(uint x, uint y, uint z, uint w)
    {
        X = x;
        Y = y;
        Z = z;
        W = w;
    }

    /// <summary>The first word.</summary>
    public uint X { get; }

    /// <summary>The second word.</summary>
    public uint Y { get; }

    /// <summary>The third word.</summary>
    public uint Z { get; }

    /// <summary>The fourth word.</summary>
    public uint W { get; }

    /// <summary>The upper 24 bits of a word as a number in [0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fraction(uint word)
    {
        // By way of a signed integer: C# takes an unsigned one to a float through double precision, and so would a GPU.
        return (int)(word >> 8) * (1f / 16777216f);
    }

    /// <summary>Draw <paramref name="index"/> of a stream: the counter is (index, 0, low stream, high stream), the key is the
    /// seed.</summary>
    /// <param name="seed">The seed of a run.</param>
    /// <param name="stream">What the numbers are for; streams of one seed do not overlap.</param>
    /// <param name="index">Number of the draw in the stream.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox Draw(ulong seed, ulong stream, uint index) =>
        Draw(index, 0u, (uint)stream, (uint)(stream >> 32), (uint)seed, (uint)(seed >> 32));

    /// <summary>The draw of a counter (x, y, z, w), lowest word first, under a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Philox Draw(uint x, uint y, uint z, uint w, uint keyLow, uint keyHigh)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong a = (ulong)MultiplierX * x, b = (ulong)MultiplierZ * z;
            x = (uint)(b >> 32) ^ y ^ keyLow;
            y = (uint)b;
            z = (uint)(a >> 32) ^ w ^ keyHigh;
            w = (uint)a;
            keyLow += WeylLow;
            keyHigh += WeylHigh;
        }

        return new Philox(x, y, z, w);
    }
}
