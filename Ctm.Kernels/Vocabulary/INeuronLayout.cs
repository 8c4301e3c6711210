using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Vocabulary;

/// <summary>
/// Where the lane vectors of one block of neurons lie in an array of [count, neurons]: vector i is at
/// Start(block, count) + i * Step. Every array that a family keeps for itself has the same layout.
/// </summary>
internal interface INeuronLayout
{
    int Step { get; }

    int Start(int block, int count);
}

/// <summary>
/// Host: everything of one block side by side, [blocks, count, lanes]. Large power-of-two strides would collide in one cache set.
/// </summary>
internal readonly struct BlockedLayout : INeuronLayout
{
    public int Step => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Start(int block, int count) => block * count;
}

/// <summary>Devices: neurons fastest, [count, blocks, lanes], so that neighbouring threads read neighbouring vectors.</summary>
internal readonly struct NeuronFastestLayout(int blocks) : INeuronLayout
{
    public int Step { get; } = blocks;

    public int Start(int block, int count) => block;
}
