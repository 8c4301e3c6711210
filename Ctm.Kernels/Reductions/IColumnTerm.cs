using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Reductions;

/// <summary>What one matrix element adds to its column's sum, or to its column's two sums.</summary>
internal interface IColumnTerm<TSelf>
    where TSelf : struct, IColumnTerm<TSelf>
{
    /// <summary>Whether there is a second sum.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>The summands of <paramref name="count"/> elements, at most a lane vector, from a row and column.</summary>
    static abstract Pair<TLanes> At<TLanes>(in TSelf term, int row, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Two lane vectors.</summary>
internal readonly struct Pair<TLanes>(TLanes first, TLanes second)
    where TLanes : unmanaged, ILanes<TLanes>
{
    public readonly TLanes First = first, Second = second;
}

/// <summary>The elements themselves: [rows, width].</summary>
internal struct ElementTerm<TFloats> : IColumnTerm<ElementTerm<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Source;
    public int Width;

    public static bool HasSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair<TLanes> At<TLanes>(in ElementTerm<TFloats> term, int row, int column, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var x = term.Source.Skip((row * term.Width) + column).Load<TLanes>(0, count);
        return new Pair<TLanes>(x, x);
    }
}
