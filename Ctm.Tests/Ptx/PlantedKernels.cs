using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Tests.Ptx;

/// <summary>Kernels with one fault each that a reader of PTX must see.</summary>
internal static class PlantedKernels
{
    /// <summary>A local array that is indexed by what was read cannot stay in registers.</summary>
    public static void LocalArray(ArrayView<float> data, int count)
    {
        float[] kept = new float[8];
        for (int i = 0; i < count; i++)
        {
            kept[i & 7] += data[i];
        }

        data[Group.IdxX] = kept[Group.IdxX & 7];
    }

    public static void Double(ArrayView<float> data, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += data[i];
        }

        data[Group.IdxX] = (float)sum;
    }

    /// <summary>Four floats one after another, where one load of four would do.</summary>
    public static void SingleFloats(ArrayView<float> data, int count)
    {
        Float4 sum = Float4.Broadcast(0f);
        for (int i = 0; i < count; i += 4)
        {
            sum += new Float4(data[i], data[i + 1], data[i + 2], data[i + 3]);
        }

        data[Group.IdxX] = Float4.Sum(sum);
    }

    /// <summary>An index of 64 bits.</summary>
    public static void LongIndex(ArrayView<float> data, int count)
    {
        float sum = 0f;
        for (long i = 0; i < count; i++)
        {
            sum += data[(i * count) + Group.IdxX];
        }

        data[Group.IdxX] = sum;
    }

    public static void Call(ArrayView<float> data, int count)
    {
        for (int i = 0; i < count; i++)
        {
            data[i] = Far(data[i]);
        }
    }

    /// <summary>A product that is rounded before it is added: the sum has another use of it.</summary>
    public static void Unfused(ArrayView<float> data, int count)
    {
        float sum = 0f;
        for (int i = 0; i < count; i++)
        {
            float product = data[i] * data[i + 1];
            sum += product;
            data[i] = product;
        }

        data[Group.IdxX] = sum;
    }

    /// <summary>A good one: a vector load and four multiply-adds.</summary>
    public static void Good(ArrayView<float> data, int count)
    {
        ArrayView<Float4> lanes = data.Cast<Float4>();
        Float4 sum = Float4.Broadcast(0f);
        for (int i = 0; i < count; i++)
        {
            Float4 x = lanes[i];
            sum = Float4.MultiplyAdd(x, x, sum);
        }

        lanes[Group.IdxX] = sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Far(float x) => x > 0f ? x * x : x;
}
