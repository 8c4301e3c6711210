using Ctm.Kernels.Devices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Execution;

/// <summary>
/// Runs kernel bodies on one kind of device. A family of kernels is written once over the memory types: the host's
/// executor works with pointers, ILGPU's with views.
/// </summary>
internal abstract class Executor<TFloats, TInts>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public abstract ComputeDevice Device { get; }

    /// <summary>
    /// Neurons in a block where <see cref="Blocks"/> works on a <see cref="BlockedLayout"/>; 0 where neurons are fastest, whatever
    /// the lanes.
    /// </summary>
    public abstract int BlockWidth { get; }

    /// <summary>Threads that a group may have where <see cref="Groups"/> works; 0 where it does not.</summary>
    public virtual int GroupThreads => 0;

    /// <summary>Runs a body in thread groups; on devices only.</summary>
    /// <param name="body">The kernel with its arguments.</param>
    /// <param name="grid">Groups, and threads of a group: at most <see cref="GroupThreads"/>.</param>
    public virtual void Groups<TBody>(TBody body, GroupGrid grid)
        where TBody : struct, IGroupKernel<TBody> =>
        throw new NotSupportedException($"There are no thread groups on {Device.Name}.");

    /// <summary>Runs a body over elements 0..count.</summary>
    /// <param name="body">The kernel with its arguments.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="aligned">From <see cref="Aligned.To4"/>: whether a device may use vectors.</param>
    public abstract void Elements<TBody>(TBody body, int count, bool aligned)
        where TBody : struct, IElementKernel<TBody>;

    /// <summary>Runs a body over rows 0..rows.</summary>
    /// <param name="body">The kernel with its arguments.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="work">Floats touched for one row, for the host to decide how many rows make a thread's share.</param>
    /// <param name="aligned">From <see cref="Aligned.To4"/>: whether a device may use vectors.</param>
    public abstract void Rows<TBody>(TBody body, int rows, int work, bool aligned)
        where TBody : struct, IRowKernel<TBody>;

    /// <summary>Runs a body over items 0..count.</summary>
    /// <param name="body">The kernel with its arguments.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="work">Operations for one item, for the host to decide how many make a thread's share.</param>
    public abstract void Items<TBody>(TBody body, int count, int work)
        where TBody : struct, IItemKernel<TBody>;

    /// <summary>Runs a body over parts 0..parts of blocks of neurons.</summary>
    /// <param name="body">The kernel with its arguments.</param>
    /// <param name="neurons">Number of neurons; the last block may be partly filled on the host.</param>
    /// <param name="parts">Parts of a block, which a device runs side by side.</param>
    /// <param name="work">Floats touched for one block, for the host to decide how many blocks make a thread's share.</param>
    /// <param name="aligned">From <see cref="Aligned.To4"/>: whether a device may use vectors.</param>
    public abstract void Blocks<TBody>(TBody body, int neurons, int parts, int work, bool aligned)
        where TBody : struct, IBlockKernel<TBody, TFloats>;
}

/// <summary>Whether a device may read rows as vectors.</summary>
internal static class Aligned
{
    /// <summary>True when rows of this width in these views can be read as vectors of four floats.</summary>
    public static bool To4(int width, params ReadOnlySpan<DeviceView<float>> views)
    {
        int bits = width;
        foreach (DeviceView<float> view in views)
        {
            bits |= view.Offset;
        }

        return (bits & 3) == 0;
    }
}
