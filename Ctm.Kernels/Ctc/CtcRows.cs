using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Ctc;

/// <summary>What the rows of the workspace have in common.</summary>
internal static class CtcRows
{
    /// <summary>Entries on either side of a row's states, so that the neighbours of the first and the last need no branch.</summary>
    public const int Guards = 2;

    /// <summary>Rows of a sample besides the two of each tick: the skips, and two of beta.</summary>
    public const int OtherRows = 3;

    /// <summary>
    /// The logarithm of what cannot be. Finite, since infinity minus infinity is no number; whatever real logarithms are added to
    /// it are lost in its rounding.
    /// </summary>
    public const float Never = -1e30f;

    /// <summary>Between every real logarithm and <see cref="Never"/>.</summary>
    public const float Unlikely = -1e29f;
}

/// <summary>
/// One sample's part of the workspace, rows of states: T of e(t, .), T of alpha (later of occupancies), one that says where a state may
/// be reached over its neighbour (0, else <see cref="CtcRows.Never"/>), and two of beta, of even and of odd ticks.
/// </summary>
internal struct CtcRows<TFloats, TInts>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Workspace;
    public TInts Targets, Lengths;
    public int Ticks, Batch, TargetLength, RowLength, SampleLength;

    /// <summary>1 where Lengths is present, else 0.</summary>
    public int HasLengths;

    /// <summary>Number of labels of a sample.</summary>
    public readonly int Length(int sample)
    {
        int length = TargetLength;
        if (HasLengths != 0)
        {
            length = XMath.Max(0, XMath.Min(length, Lengths[sample]));
        }

        return length;
    }

    /// <summary>State 0 of e(t, .).</summary>
    public readonly TFloats Emissions(int sample, int tick) => Row(sample, tick);

    /// <summary>State 0 of alpha(t, .).</summary>
    public readonly TFloats Paths(int sample, int tick) => Row(sample, Ticks + tick);

    /// <summary>State 0 of the skips.</summary>
    public readonly TFloats Skips(int sample) => Row(sample, 2 * Ticks);

    /// <summary>State 0 of beta(t, .).</summary>
    public readonly TFloats Rest(int sample, int tick) => Row(sample, (2 * Ticks) + 1 + (tick & 1));

    private readonly TFloats Row(int sample, int row) =>
        Workspace.Skip((sample * SampleLength) + (row * RowLength) + CtcRows.Guards);
}

/// <summary>Arithmetic of logarithms.</summary>
internal static class Logarithms
{
    // Below it a term adds nothing to 1 in float32; exp of a much lower one is no number on some lanes.
    private const float Least = -80f;

    /// <summary>ln(exp(a) + exp(b) + exp(c)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Sum<TLanes>(TLanes a, TLanes b, TLanes c)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var largest = TLanes.Max(TLanes.Max(a, b), c);
        return largest + TLanes.Log(Exp(a - largest) + Exp(b - largest) + Exp(c - largest));
    }

    /// <summary>exp(x) of an x that is 0 or less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Exp<TLanes>(TLanes x)
        where TLanes : unmanaged, ILanes<TLanes> => TLanes.Exp(TLanes.Max(x, TLanes.Broadcast(Least)));

    /// <summary>The values of those lanes whose number is below a count, and <see cref="CtcRows.Never"/> in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Inside<TLanes>(TLanes value, int first, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var inside = TLanes.Step(TLanes.Broadcast(count - first) - TLanes.Ramp());
        return (inside * value) + ((TLanes.Broadcast(1f) - inside) * TLanes.Broadcast(CtcRows.Never));
    }
}
