namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// A few floats that one worker computes side by side: four in a GPU thread, sixteen in an AVX-512 register.
/// Kernel bodies are written once over this interface; ILGPU and the JIT each compile them for one implementation.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Number of floats.</summary>
    static abstract int Width { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TSelf Broadcast(float value);

    /// <summary>These values in the first lanes, as many as there are; 0 in the others.</summary>
    static abstract TSelf Of(float first, float second, float third, float fourth);

    /// <summary>One lane's value.</summary>
    static abstract float Lane(TSelf x, int index);

    /// <summary>left + right.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>left - right.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>left * right.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>left / right.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left * right + addend. One rounding on the host; CUDA's compiler fuses it, PoCL does not.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The larger of both, lane by lane.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The smaller of both, lane by lane.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>1 where x is above 0, else 0.</summary>
    static abstract TSelf Step(TSelf x);

    /// <summary>The square root.</summary>
    static abstract TSelf Sqrt(TSelf x);

    /// <summary>The exponential function, relative error below 2e-7 on the host.</summary>
    static abstract TSelf Exp(TSelf x);

    /// <summary>The natural logarithm; -infinity at 0.</summary>
    static abstract TSelf Log(TSelf x);

    /// <summary>The lanes' own numbers: 0, 1, 2 and so on.</summary>
    static abstract TSelf Ramp();

    /// <summary>The values of lanes that were loaded from memory of int, as floats; exact up to 2^24.</summary>
    static abstract TSelf FromIntegers(TSelf bits);

    /// <summary>1 / (1 + exp(-x)).</summary>
    static abstract TSelf Sigmoid(TSelf x);

    /// <summary>The sum of all lanes, in a fixed order.</summary>
    static abstract float Sum(TSelf x);

    /// <summary>
    /// memory[indices[index + lane]] in every lane; lanes at or beyond element <paramref name="end"/> of the indices are 0.
    /// On a device, end - index must be a multiple of the width.
    /// </summary>
    static abstract TSelf Gather<TFloats, TInts>(TFloats memory, TInts indices, int index, int end)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>;

    /// <summary>The largest lane.</summary>
    static abstract float Largest(TSelf x);
}
