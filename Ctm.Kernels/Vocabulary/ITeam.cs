using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Vocabulary;

/// <summary>The workers that share one row: one on the host, the threads of a group on a device.</summary>
public interface ITeam
{
    /// <summary>This worker's number, from 0.</summary>
    int Index { get; }

    /// <summary>Number of workers.</summary>
    int Count { get; }

    /// <summary>The sum of one value a worker, in a fixed order, given to all. Every worker must call it.</summary>
    float Sum(float value);

    /// <summary>The largest of one value a worker, given to all. Every worker must call it.</summary>
    float Largest(float value);

    /// <summary>What the team wrote before is seen by all of it afterwards. Every worker must call it.</summary>
    void Wait();
}

/// <summary>A team of one: the host's.</summary>
public readonly struct Alone : ITeam
{
    /// <inheritdoc/>
    public int Index => 0;

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum(float value) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Largest(float value) => value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Wait()
    {
    }
}

/// <summary>A thread group of <see cref="Size"/> threads, reducing through shared memory in a fixed tree.</summary>
public readonly struct GroupTeam : ITeam
{
    /// <summary>Threads in a group.</summary>
    public const int Size = 64;

    /// <inheritdoc/>
    public int Index => Group.IdxX;

    /// <inheritdoc/>
    public int Count => Size;

    /// <inheritdoc/>
    public float Sum(float value)
    {
        var shared = SharedMemory.Allocate<float>(Size);
        int index = Group.IdxX;
        Group.Barrier();
        shared[index] = value;
        Group.Barrier();
        for (int half = Size / 2; half > 0; half /= 2)
        {
            if (index < half)
            {
                shared[index] += shared[index + half];
            }

            Group.Barrier();
        }

        return shared[0];
    }

    /// <inheritdoc/>
    public float Largest(float value)
    {
        var shared = SharedMemory.Allocate<float>(Size);
        int index = Group.IdxX;
        Group.Barrier();
        shared[index] = value;
        Group.Barrier();
        for (int half = Size / 2; half > 0; half /= 2)
        {
            if (index < half)
            {
                shared[index] = XMath.Max(shared[index], shared[index + half]);
            }

            Group.Barrier();
        }

        return shared[0];
    }

    /// <inheritdoc/>
    public void Wait() => Group.Barrier();
}
