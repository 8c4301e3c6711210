using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.RandomNumbers;

/// <summary>Item k draws a class for row k by its cumulated probabilities.</summary>
internal struct CategoricalDraw<TFloats, TInts> : IItemKernel<CategoricalDraw<TFloats, TInts>>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public TFloats Logits;
    public TInts Drawn;
    public int Classes;
    public ulong Seed, Stream;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(CategoricalDraw<TFloats, TInts> body, int item)
    {
        int classes = body.Classes, word = item & 3;
        Philox draw = Philox.Draw(body.Seed, body.Stream, (uint)(item >> 2));
        uint bits = word == 0 ? draw.X : word == 1 ? draw.Y : word == 2 ? draw.Z : draw.W;
        TFloats logits = body.Logits.Skip(item * classes);
        float largest = logits[0], sum = 0f;
        for (int c = 1; c < classes; c++)
        {
            largest = XMath.Max(largest, logits[c]);
        }

        for (int c = 0; c < classes; c++)
        {
            sum += XMath.Exp(logits[c] - largest);
        }

        // The number is below 1, but its product with the sum may round up to it: the last class of probability above 0 is then right.
        float threshold = Philox.Fraction(bits) * sum, cumulated = 0f;
        int drawn = -1, last = 0;
        for (int c = 0; c < classes; c++)
        {
            float share = XMath.Exp(logits[c] - largest);
            cumulated += share;
            last = share > 0f ? c : last;
            drawn = drawn < 0 && cumulated > threshold ? c : drawn;
        }

        body.Drawn[item] = drawn < 0 ? last : drawn;
    }
}
