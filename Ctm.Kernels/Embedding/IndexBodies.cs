using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Embedding;

/// <summary>An item is an index.</summary>
internal struct IndexWhereEqual<TFloats, TInts> : IItemKernel<IndexWhereEqual<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Values;
    public TInts Indices;
    public float Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(IndexWhereEqual<TFloats, TInts> body, int item)
    {
        TInts indices = body.Indices;
        indices[item] = body.Values[item] == body.Value ? 1 : 0;
    }
}

/// <summary>An item is an index.</summary>
internal struct IndexOfValue<TFloats, TInts> : IItemKernel<IndexOfValue<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    /// <summary>First value, one behind the other at <see cref="Stride"/>.</summary>
    public TFloats Values;
    public TInts Indices;
    public int Stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(IndexOfValue<TFloats, TInts> body, int item)
    {
        TInts indices = body.Indices;
        float value = body.Values[item * body.Stride];

        // Devices differ in what a conversion gives beyond the integers' range.
        indices[item] = value > -1f && value < EmbeddingKernels.IndexLimit ? (int)value : -1;
    }
}
