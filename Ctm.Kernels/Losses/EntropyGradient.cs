using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Losses;

/// <summary>The gradient of normalised entropy at one position: -p (ln p + H) / (positions * ln classes), H the position's entropy.</summary>
internal struct EntropyGradient<TFloats> : IItemKernel<EntropyGradient<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Logits, EntropyGradients, LogitsGradient;
    public int Positions, Classes;
    public float Scale;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(EntropyGradient<TFloats> body, int item)
    {
        int classes = body.Classes;
        TFloats logits = body.Logits.Skip(item * classes), gradient = body.LogitsGradient.Skip(item * classes);
        float largest = logits[0], sum = 0f, mean = 0f;
        for (int c = 1; c < classes; c++)
        {
            largest = XMath.Max(largest, logits[c]);
        }

        for (int c = 0; c < classes; c++)
        {
            float distance = logits[c] - largest, exp = XMath.Exp(distance);
            sum += exp;
            mean += exp * distance;
        }

        // ln p = distance - ln sum, and H = ln sum - mean / sum, so ln p + H = distance - mean / sum.
        mean /= sum;
        float factor = body.EntropyGradients[item / body.Positions] * body.Scale / sum;
        for (int c = 0; c < classes; c++)
        {
            float distance = logits[c] - largest;
            gradient[c] = -factor * XMath.Exp(distance) * (distance - mean);
        }
    }
}
