using ILGPU;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Vocabulary;

/// <summary>Four floats in one GPU thread: loads and stores become ld.global.v4 and st.global.v4.</summary>
public readonly struct Float4(float x, float y, float z, float w) : ILanes<Float4>
{
    private readonly float x = x, y = y, z = z, w = w;

    /// <summary>The first lane.</summary>
    public float X => x;

    /// <summary>The second lane.</summary>
    public float Y => y;

    /// <summary>The third lane.</summary>
    public float Z => z;

    /// <summary>The fourth lane.</summary>
    public float W => w;

    /// <inheritdoc/>
    public static int Width => 4;

    /// <inheritdoc/>
    public static Float4 Broadcast(float value) => new(value, value, value, value);

    /// <inheritdoc/>
    public static Float4 Of(float first, float second, float third, float fourth) => new(first, second, third, fourth);

    /// <inheritdoc/>
    public static float Lane(Float4 a, int index) => index < 2 ? (index == 0 ? a.x : a.y) : index == 2 ? a.z : a.w;

    /// <inheritdoc/>
    public static Float4 operator +(Float4 a, Float4 b) => new(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);

    /// <inheritdoc/>
    public static Float4 operator -(Float4 a, Float4 b) => new(a.x - b.x, a.y - b.y, a.z - b.z, a.w - b.w);

    /// <inheritdoc/>
    public static Float4 operator *(Float4 a, Float4 b) => new(a.x * b.x, a.y * b.y, a.z * b.z, a.w * b.w);

    /// <inheritdoc/>
    public static Float4 operator /(Float4 a, Float4 b) => new(a.x / b.x, a.y / b.y, a.z / b.z, a.w / b.w);

    /// <inheritdoc/>
    public static Float4 MultiplyAdd(Float4 a, Float4 b, Float4 c) =>
        new((a.x * b.x) + c.x, (a.y * b.y) + c.y, (a.z * b.z) + c.z, (a.w * b.w) + c.w);

    /// <inheritdoc/>
    public static Float4 Max(Float4 a, Float4 b) =>
        new(XMath.Max(a.x, b.x), XMath.Max(a.y, b.y), XMath.Max(a.z, b.z), XMath.Max(a.w, b.w));

    /// <inheritdoc/>
    public static Float4 Min(Float4 a, Float4 b) =>
        new(XMath.Min(a.x, b.x), XMath.Min(a.y, b.y), XMath.Min(a.z, b.z), XMath.Min(a.w, b.w));

    /// <inheritdoc/>
    public static Float4 Step(Float4 a) =>
        new(a.x > 0f ? 1f : 0f, a.y > 0f ? 1f : 0f, a.z > 0f ? 1f : 0f, a.w > 0f ? 1f : 0f);

    /// <inheritdoc/>
    public static Float4 Sqrt(Float4 a) => new(XMath.Sqrt(a.x), XMath.Sqrt(a.y), XMath.Sqrt(a.z), XMath.Sqrt(a.w));

    /// <inheritdoc/>
    public static Float4 Exp(Float4 a) => new(XMath.Exp(a.x), XMath.Exp(a.y), XMath.Exp(a.z), XMath.Exp(a.w));

    /// <inheritdoc/>
    public static Float4 Log(Float4 a) => new(XMath.Log(a.x), XMath.Log(a.y), XMath.Log(a.z), XMath.Log(a.w));

    /// <inheritdoc/>
    public static Float4 Ramp() => new(0f, 1f, 2f, 3f);

    /// <inheritdoc/>
    public static Float4 FromIntegers(Float4 bits) =>
        new(
            (int)Interop.FloatAsInt(bits.x),
            (int)Interop.FloatAsInt(bits.y),
            (int)Interop.FloatAsInt(bits.z),
            (int)Interop.FloatAsInt(bits.w));

    /// <inheritdoc/>
    public static Float4 Sigmoid(Float4 a) => new(Float1.Logistic(a.x), Float1.Logistic(a.y), Float1.Logistic(a.z), Float1.Logistic(a.w));

    /// <inheritdoc/>
    public static float Sum(Float4 a) => a.x + a.y + (a.z + a.w);

    /// <inheritdoc/>
    public static Float4 Gather<TFloats, TInts>(TFloats memory, TInts indices, int index, int end)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int> =>
        new(memory[indices[index]], memory[indices[index + 1]], memory[indices[index + 2]], memory[indices[index + 3]]);

    /// <inheritdoc/>
    public static float Largest(Float4 a) => XMath.Max(XMath.Max(a.x, a.y), XMath.Max(a.z, a.w));
}
