using ILGPU;

namespace Ctm.Tests.Kernels.Execution;

/// <summary>Arguments with the same fields in other places, and kernels of them: public, as ILGPU's own code must see them.</summary>
public static class PlantedArguments
{
    public static void PaddedKernel(Padded body, int unused) => Put(body.Source.Values, body.Last);

    public static void DenseKernel(Dense body, int unused) => Put(body.Values, body.Last);

    public static void NestedKernel(Nested body, int unused) => Put(body.All.Values, body.All.Last);

    public static void AnyKernel<T>(T body, int unused)
        where T : struct
    {
    }

    private static void Put(ArrayView<float> values, int value) => values[0] = value;

    /// <summary>Four bytes of padding are behind the last field.</summary>
    public readonly struct Source(ArrayView<float> values, int width)
    {
        public readonly ArrayView<float> Values = values;
        public readonly int Width = width;
    }

    public readonly struct Padded(Source source, int last)
    {
        public readonly Source Source = source;
        public readonly int Last = last;
    }

    public readonly struct Dense(ArrayView<float> values, int width, int last)
    {
        public readonly ArrayView<float> Values = values;
        public readonly int Width = width, Last = last;
    }

    public readonly struct Nested(Dense all)
    {
        public readonly Dense All = all;
    }
}
