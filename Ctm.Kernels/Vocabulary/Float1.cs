using ILGPU;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Vocabulary;

/// <summary>One float: what a device runs where rows are no multiple of four floats.</summary>
public readonly struct Float1(float x) : ILanes<Float1>
{
    private readonly float x = x;

    /// <inheritdoc/>
    public static int Width => 1;

    /// <inheritdoc/>
    public static Float1 Broadcast(float value) => new(value);

    /// <inheritdoc/>
    public static Float1 Of(float first, float second, float third, float fourth) => new(first);

    /// <inheritdoc/>
    public static float Lane(Float1 x, int index) => x.x;

    /// <inheritdoc/>
    public static Float1 operator +(Float1 a, Float1 b) => new(a.x + b.x);

    /// <inheritdoc/>
    public static Float1 operator -(Float1 a, Float1 b) => new(a.x - b.x);

    /// <inheritdoc/>
    public static Float1 operator *(Float1 a, Float1 b) => new(a.x * b.x);

    /// <inheritdoc/>
    public static Float1 operator /(Float1 a, Float1 b) => new(a.x / b.x);

    /// <inheritdoc/>
    public static Float1 MultiplyAdd(Float1 a, Float1 b, Float1 c) => new((a.x * b.x) + c.x);

    /// <inheritdoc/>
    public static Float1 Max(Float1 a, Float1 b) => new(XMath.Max(a.x, b.x));

    /// <inheritdoc/>
    public static Float1 Min(Float1 a, Float1 b) => new(XMath.Min(a.x, b.x));

    /// <inheritdoc/>
    public static Float1 Step(Float1 a) => new(a.x > 0f ? 1f : 0f);

    /// <inheritdoc/>
    public static Float1 Sqrt(Float1 a) => new(XMath.Sqrt(a.x));

    /// <inheritdoc/>
    public static Float1 Exp(Float1 a) => new(XMath.Exp(a.x));

    /// <inheritdoc/>
    public static Float1 Log(Float1 a) => new(XMath.Log(a.x));

    /// <inheritdoc/>
    public static Float1 Ramp() => new(0f);

    /// <inheritdoc/>
    public static Float1 FromIntegers(Float1 bits) => new((int)Interop.FloatAsInt(bits.x));

    /// <inheritdoc/>
    public static Float1 Sigmoid(Float1 a) => new(Logistic(a.x));

    /// <inheritdoc/>
    public static float Sum(Float1 a) => a.x;

    /// <inheritdoc/>
    public static Float1 Gather<TFloats, TInts>(TFloats memory, TInts indices, int index, int end)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int> => new(memory[indices[index]]);

    /// <inheritdoc/>
    public static float Largest(Float1 a) => a.x;

    internal static float Logistic(float x) => 1f / (1f + XMath.Exp(-x));
}
