using Ctm.Kernels.Vocabulary;
using ILGPU;
using ILGPU.Runtime;

namespace Ctm.Tests.Ptx.FakeCuda;

/// <summary>Kernels for 64 threads with one fault each that the interpreter must see, and some without.</summary>
internal static class PlantedFaults
{
    public const int Threads = 64;

    /// <summary>No barrier between changing and reading.</summary>
    public static void SharedRace(ViewMemory<float> data, int count)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX;
        shared[thread] = data[thread];
        Group.Barrier();
        shared[thread] += 1f;
        data[thread] = shared[Threads - 1 - thread];
    }

    /// <summary>Sixteen threads write each place.</summary>
    public static void GlobalRace(ViewMemory<float> data, int count) => data[Group.IdxX & 3] = Group.IdxX;

    /// <summary>Both groups add to the same places.</summary>
    public static void GroupRace(ViewMemory<float> data, int count) => data[Group.IdxX] += 1f;

    public static void ReadBeyond(ViewMemory<float> data, int count) => data[Group.IdxX] = data[count + Group.IdxX];

    public static void WriteBeyond(ViewMemory<float> data, int count) => data[count + Group.IdxX] = 1f;

    public static void SharedBeyond(ViewMemory<float> data, int count)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        shared[Group.IdxX + 1] = data[Group.IdxX];
    }

    /// <summary>Half of the array is filled, all of it is read.</summary>
    public static void SharedUnwritten(ViewMemory<float> data, int count)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX;
        if (thread < Threads / 2)
        {
            shared[thread] = data[thread];
        }

        Group.Barrier();
        data[thread] = shared[thread];
    }

    /// <summary>Right, where the data was written.</summary>
    public static void Copy(ViewMemory<float> data, int count) => data[Group.IdxX] = 2f * data[Group.IdxX];

    public static void Vectors(ViewMemory<float> data, int count)
    {
        int place = 4 * Group.IdxX;
        if (place < count)
        {
            data.Store(place, count, data.Load<Float4>(place, count) + Float4.Broadcast(1f));
        }
    }

    /// <summary>Right: neighbours write the two halves of a word.</summary>
    public static void HalfWords(HalfViewMemory data, int count) => data[Group.IdxX] = Group.IdxX;

    /// <summary>Two threads write each half of a word.</summary>
    public static void HalfWordRace(HalfViewMemory data, int count) => data[Group.IdxX / 2] = Group.IdxX;

    public static void HalfAtBarrier(ViewMemory<float> data, int count)
    {
        if (Group.IdxX < Threads / 2)
        {
            Group.Barrier();
        }

        data[Group.IdxX] = 1f;
    }

    public static void TwoBarriers(ViewMemory<float> data, int count)
    {
        if (Group.IdxX < Threads / 2)
        {
            data[Group.IdxX] = 1f;
            Group.Barrier();
            data[Group.IdxX] = 3f;
        }
        else
        {
            data[Group.IdxX] = 2f;
            Group.Barrier();
            data[Group.IdxX] = 5f;
        }
    }

    /// <summary>The same as <see cref="SharedRace"/> with a barrier between writing and reading.</summary>
    public static void Reverse(ViewMemory<float> data, int count)
    {
        var shared = SharedMemory.Allocate<float>(Threads);
        int thread = Group.IdxX;
        shared[thread] = data[thread];
        Group.Barrier();
        data[thread] = shared[Threads - 1 - thread];
    }

    /// <summary>Its second argument is compiled in as a constant.</summary>
    public static void Specialized(ArrayView<float> data, SpecializedValue<int> times)
    {
        float sum = 0f;
        for (int i = 0; i < times; i++)
        {
            sum += data[Group.IdxX];
        }

        data[Group.IdxX] = sum;
    }
}
