using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.RandomNumbers;

/// <summary>Item i fills elements 4 i .. 4 i + 3.</summary>
internal struct UniformFill<TFloats> : IItemKernel<UniformFill<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Output;
    public float Low, Range;
    public ulong Seed, Stream;
    public int Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(UniformFill<TFloats> body, int item)
    {
        Philox draw = Philox.Draw(body.Seed, body.Stream, (uint)item);
        Four.Store(body.Output, item, body.Length, Place(body, draw.X), Place(body, draw.Y), Place(body, draw.Z), Place(body, draw.W));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Place(UniformFill<TFloats> body, uint word) => body.Low + (body.Range * Philox.Fraction(word));
}

/// <summary>Item i fills elements 4 i .. 4 i + 3.</summary>
internal struct NormalFill<TFloats> : IItemKernel<NormalFill<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Output;
    public float Mean, Deviation;
    public ulong Seed, Stream;
    public int Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(NormalFill<TFloats> body, int item)
    {
        Philox draw = Philox.Draw(body.Seed, body.Stream, (uint)item);
        NormalPair a = new(draw.X, draw.Y), b = new(draw.Z, draw.W);
        Four.Store(
            body.Output,
            item,
            body.Length,
            body.Mean + (body.Deviation * a.First),
            body.Mean + (body.Deviation * a.Second),
            body.Mean + (body.Deviation * b.First),
            body.Mean + (body.Deviation * b.Second));
    }
}

/// <summary>Item i does elements 4 i .. 4 i + 3. Forward and backward are the same multiplication by the mask.</summary>
internal struct Dropout<TFloats> : IItemKernel<Dropout<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;
    public float Scale;
    public ulong Seed, Stream;

    // An element lives when its word is not below this; 2^32 lets none live.
    public long Threshold;
    public int Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(Dropout<TFloats> body, int item)
    {
        Philox draw = Philox.Draw(body.Seed, body.Stream, (uint)item);
        int rest = body.Length - (4 * item);
        TFloats input = body.Input.Skip(4 * item);
        Four.Store(
            body.Output,
            item,
            body.Length,
            Mask(body, draw.X, input[0]),
            Mask(body, draw.Y, input[rest > 1 ? 1 : 0]),
            Mask(body, draw.Z, input[rest > 2 ? 2 : 0]),
            Mask(body, draw.W, input[rest > 3 ? 3 : 0]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Mask(Dropout<TFloats> body, uint word, float value)
    {
        // All bits where word < threshold, else none: a branch would be mispredicted as often as chance has it.
        uint dropped = (uint)(((long)word - body.Threshold) >> 63);
        return Interop.IntAsFloat(Interop.FloatAsInt(value * body.Scale) & ~dropped);
    }
}

/// <summary>The end of a run of four elements may lie beyond the view.</summary>
internal static class Four
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TFloats>(TFloats output, int item, int length, float a, float b, float c, float d)
        where TFloats : struct, IMemory<TFloats, float>
    {
        TFloats place = output.Skip(4 * item);
        int rest = length - (4 * item);
        place[0] = a;
        if (rest > 1)
        {
            place[1] = b;
        }

        if (rest > 2)
        {
            place[2] = c;
        }

        if (rest > 3)
        {
            place[3] = d;
        }
    }
}
