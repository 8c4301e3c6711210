using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Sixteen floats in an AVX-512 register. Use only where IsSupported.</summary>
public readonly struct Lanes16(Vector512<float> value) : ILanes<Lanes16>
{
    // Operators return through BitCast rather than a constructor: it costs the JIT no inlinee, and about 400 fit in one body.
    private readonly Vector512<float> value = value;

    /// <inheritdoc/>
    public static int Width => 16;

    /// <summary>True where this machine computes these lanes in hardware.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Avx512DQ.IsSupported;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Broadcast(float value) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.Create(value));

    /// <inheritdoc/>
    public static Lanes16 Of(float first, float second, float third, float fourth) =>
        new(Vector512.Create(Vector256.Create(Vector128.Create(first, second, third, fourth), Vector128<float>.Zero), Vector256<float>.Zero));

    /// <inheritdoc/>
    public static float Lane(Lanes16 x, int index) => x.value.GetElement(index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => Unsafe.BitCast<Vector512<float>, Lanes16>(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => Unsafe.BitCast<Vector512<float>, Lanes16>(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => Unsafe.BitCast<Vector512<float>, Lanes16>(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 operator /(Lanes16 a, Lanes16 b) => Unsafe.BitCast<Vector512<float>, Lanes16>(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.FusedMultiplyAdd(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Max(Lanes16 a, Lanes16 b) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.Max(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Min(Lanes16 a, Lanes16 b) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.Min(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Step(Lanes16 x) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.ConditionalSelect(Vector512.GreaterThan(x.value, Vector512<float>.Zero), Vector512<float>.One, Vector512<float>.Zero));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sqrt(Lanes16 x) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.Sqrt(x.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Sigmoid(Lanes16 x)
    {
        // exp(-x) = 2^t = 2^whole * 2^fraction; Scale saturates to 0 and infinity by itself.
        var t = x.value * Vector512.Create(-ExpPolynomial.Log2E);
        var fraction = Avx512DQ.Reduce(t, 0);
        var p = Vector512.Create(ExpPolynomial.C6);
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C5));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C4));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C3));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C2));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C1));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512<float>.One);
        var one = Vector512<float>.One;
        return Unsafe.BitCast<Vector512<float>, Lanes16>(one / (one + Avx512F.Scale(p, Avx512F.RoundScale(t, 0))));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Exp(Lanes16 x)
    {
        // The low part of log2(e) keeps the relative error below 2e-7 where |x| is large.
        var whole = Avx512F.RoundScale(x.value * Vector512.Create(ExpPolynomial.Log2E), 0);
        var rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-ExpPolynomial.Ln2High), x.value);
        rest = Vector512.FusedMultiplyAdd(whole, Vector512.Create(-ExpPolynomial.Ln2Low), rest);
        var fraction = rest * Vector512.Create(ExpPolynomial.Log2E);
        var p = Vector512.Create(ExpPolynomial.C6);
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C5));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C4));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C3));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C2));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512.Create(ExpPolynomial.C1));
        p = Vector512.FusedMultiplyAdd(p, fraction, Vector512<float>.One);
        return Unsafe.BitCast<Vector512<float>, Lanes16>(Avx512F.Scale(p, whole));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Log(Lanes16 x) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.Log(x.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Ramp() => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.CreateSequence(0f, 1f));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 FromIntegers(Lanes16 bits) => Unsafe.BitCast<Vector512<float>, Lanes16>(Vector512.ConvertToSingle(bits.value.AsInt32()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes16 x) => Vector512.Sum(x.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes16 Gather<TFloats, TInts>(TFloats memory, TInts indices, int index, int end)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        var values = new HostGather<TFloats, TInts>(memory, indices, index);
        return new Lanes16(end - index >= 16 ? Vector512.Create(values.Eight(0), values.Eight(8)) : values.Part(end - index));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Lanes16 x) => Lanes8.Largest(new Lanes8(Vector256.Max(x.value.GetLower(), x.value.GetUpper())));
}
