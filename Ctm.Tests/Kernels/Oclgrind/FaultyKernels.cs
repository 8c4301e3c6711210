using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Tests.Kernels.Oclgrind;

/// <summary>Arguments of the faulty kernels.</summary>
internal struct FaultyArguments
{
    public ViewMemory<float> Input, Output;
}

/// <summary>Kernels with one fault each, and the same work without it.</summary>
internal static class FaultyKernels
{
    public const int Threads = 64;

    /// <summary>Right: reverses the values of a group through shared memory.</summary>
    public static void NoFault(FaultyArguments p, int count)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX, place = (Grid.IdxX * Threads) + thread;
        shared[thread] = p.Input[place];
        Group.Barrier();
        p.Output[place] = shared[Threads - 1 - thread];
    }

    /// <summary>Reads what another thread writes, with no barrier between.</summary>
    public static void MissingBarrier(FaultyArguments p, int count)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX, place = (Grid.IdxX * Threads) + thread;
        shared[thread] = p.Input[place];
        p.Output[place] = shared[Threads - 1 - thread];
    }

    /// <summary>Several threads write one place.</summary>
    public static void SharedOutput(FaultyArguments p, int count)
    {
        int place = (Grid.IdxX * Threads) + Group.IdxX;
        p.Output[place % 4] = p.Input[place];
    }

    /// <summary>Reads one element beyond the end.</summary>
    public static void ReadBeyondEnd(FaultyArguments p, int count)
    {
        int place = (Grid.IdxX * Threads) + Group.IdxX;
        p.Output[place] = p.Input[place + 1];
    }

    /// <summary>Writes one element beyond the end.</summary>
    public static void WriteBeyondEnd(FaultyArguments p, int count)
    {
        int place = (Grid.IdxX * Threads) + Group.IdxX;
        p.Output[place + 1] = p.Input[place];
    }

    /// <summary>Reads shared memory that only half of the threads have written.</summary>
    public static void UnwrittenShared(FaultyArguments p, int count)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX, place = (Grid.IdxX * Threads) + thread;
        if (thread < Threads / 2)
        {
            shared[thread] = p.Input[place];
        }

        Group.Barrier();
        p.Output[place] = shared[thread];
    }

    /// <summary>A barrier that half of the threads reach.</summary>
    public static void DivergentBarrier(FaultyArguments p, int count)
    {
        int thread = Group.IdxX, place = (Grid.IdxX * Threads) + thread;
        if (thread < Threads / 2)
        {
            Group.Barrier();
        }

        p.Output[place] = p.Input[place];
    }
}
