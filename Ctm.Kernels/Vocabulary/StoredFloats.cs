namespace Ctm.Kernels.Vocabulary;

/// <summary>Memory of floats as float32 or in half precision, by its type.</summary>
internal static class StoredFloats
{
    /// <summary>Whether two elements take the place of one float.</summary>
    public static bool IsHalf<TStored>()
        where TStored : struct, IMemory<TStored, float> => typeof(TStored) == typeof(HalfViewMemory);

    /// <summary>Floats whose place so many elements take.</summary>
    /// <exception cref="OverflowException">When there are more than 2^31 - 1 elements.</exception>
    public static int Of<TStored>(long elements)
        where TStored : struct, IMemory<TStored, float> => IsHalf<TStored>() ? (checked((int)elements) + 1) / 2 : checked((int)elements);
}
