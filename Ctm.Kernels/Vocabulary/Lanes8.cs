using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Eight floats in an AVX2 register; portable Vector256 code elsewhere.</summary>
public readonly struct Lanes8(Vector256<float> value) : ILanes<Lanes8>
{
    // Operators return through BitCast rather than a constructor: it costs the JIT no inlinee, and about 400 fit in one body.
    private readonly Vector256<float> value = value;

    // Added to a float and taken away again, it rounds to a whole number, which then stands in the lowest bits.
    private const float Rounder = 12582912f;

    /// <inheritdoc/>
    public static int Width => 8;

    /// <summary>True where this machine computes these lanes in hardware.</summary>
    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Broadcast(float value) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.Create(value));

    /// <inheritdoc/>
    public static Lanes8 Of(float first, float second, float third, float fourth) =>
        new(Vector256.Create(Vector128.Create(first, second, third, fourth), Vector128<float>.Zero));

    /// <inheritdoc/>
    public static float Lane(Lanes8 x, int index) => x.value.GetElement(index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => Unsafe.BitCast<Vector256<float>, Lanes8>(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => Unsafe.BitCast<Vector256<float>, Lanes8>(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => Unsafe.BitCast<Vector256<float>, Lanes8>(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => Unsafe.BitCast<Vector256<float>, Lanes8>(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.FusedMultiplyAdd(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.Max(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Min(Lanes8 a, Lanes8 b) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.Min(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Step(Lanes8 x) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.ConditionalSelect(Vector256.GreaterThan(x.value, Vector256<float>.Zero), Vector256<float>.One, Vector256<float>.Zero));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sqrt(Lanes8 x) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.Sqrt(x.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Sigmoid(Lanes8 x)
    {
        // 1 / (1 + 2^t). A processor holds few waiting operations, so what counts is the length of the chain: terms of the polynomial are
        // summed in pairs, and what a float lacks of the logarithm, 1.3e-8 of t, is left out.
        var one = Vector256<float>.One;
        var factor = Vector256.Create(-ExpPolynomial.Log2E);
        var limited = Vector256.Min(Vector256.Max(x.value, Vector256.Create(-ExpPolynomial.Highest)), Vector256.Create(-ExpPolynomial.Lowest));
        var shifted = Vector256.FusedMultiplyAdd(limited, factor, Vector256.Create(Rounder));
        var fraction = Vector256.FusedMultiplyAdd(limited, factor, Vector256.Create(Rounder) - shifted);
        var square = fraction * fraction;
        var low = Vector256.FusedMultiplyAdd(fraction, Vector256.Create(ExpPolynomial.S1), one);
        var middle = Vector256.FusedMultiplyAdd(fraction, Vector256.Create(ExpPolynomial.S3), Vector256.Create(ExpPolynomial.S2));
        var high = Vector256.FusedMultiplyAdd(fraction, Vector256.Create(ExpPolynomial.S5), Vector256.Create(ExpPolynomial.S4));
        var p = Vector256.FusedMultiplyAdd(Vector256.FusedMultiplyAdd(high, square, middle), square, low);
        var power = (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
        return Unsafe.BitCast<Vector256<float>, Lanes8>(one / (one + power));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Exp(Lanes8 x) => Unsafe.BitCast<Vector256<float>, Lanes8>(Power(
        Vector256.Min(Vector256.Max(x.value, Vector256.Create(ExpPolynomial.Lowest)), Vector256.Create(ExpPolynomial.Highest)),
        ExpPolynomial.Log2E,
        ExpPolynomial.Log2ELow));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Log(Lanes8 x) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.Log(x.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Ramp() => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.CreateSequence(0f, 1f));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 FromIntegers(Lanes8 bits) => Unsafe.BitCast<Vector256<float>, Lanes8>(Vector256.ConvertToSingle(bits.value.AsInt32()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes8 x) => Vector256.Sum(x.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes8 Gather<TFloats, TInts>(TFloats memory, TInts indices, int index, int end)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        var values = new HostGather<TFloats, TInts>(memory, indices, index);
        return new Lanes8(end - index >= 8 ? values.Eight(0) : values.Part(end - index).GetLower());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes8 x)
    {
        var four = Vector128.Max(x.value.GetLower(), x.value.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two.ToScalar(), two.GetElement(1));
    }

    // 2^(x * factor), the factor in two parts. Adding 1.5 * 2^23 rounds to a whole number and leaves it in the low bits, where the shift into
    // the exponent field finds it; the callers' limits keep that field in range: below them the result is 2^-126 instead of 0, above 2^127.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Power(Vector256<float> x, float factor, float rest)
    {
        var shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(factor), Vector256.Create(Rounder));
        var whole = Vector256.Create(Rounder) - shifted;
        var fraction = Vector256.FusedMultiplyAdd(x, Vector256.Create(factor), whole);
        fraction = Vector256.FusedMultiplyAdd(x, Vector256.Create(rest), fraction);
        var p = Vector256.Create(ExpPolynomial.C6);
        p = Vector256.FusedMultiplyAdd(p, fraction, Vector256.Create(ExpPolynomial.C5));
        p = Vector256.FusedMultiplyAdd(p, fraction, Vector256.Create(ExpPolynomial.C4));
        p = Vector256.FusedMultiplyAdd(p, fraction, Vector256.Create(ExpPolynomial.C3));
        p = Vector256.FusedMultiplyAdd(p, fraction, Vector256.Create(ExpPolynomial.C2));
        p = Vector256.FusedMultiplyAdd(p, fraction, Vector256.Create(ExpPolynomial.C1));
        p = Vector256.FusedMultiplyAdd(p, fraction, Vector256<float>.One);
        return (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
    }
}
