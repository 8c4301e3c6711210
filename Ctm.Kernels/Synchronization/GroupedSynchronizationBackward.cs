using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;
using ILGPU.Algorithms;

namespace Ctm.Kernels.Synchronization;

/// <summary>
/// What <see cref="SynchronizationBackward{TFloats}"/> does, on a device: a group has <see cref="Width"/> pairs, which lie side by side,
/// and each of its rows of threads walks over every few samples. What is summed over samples is added up in shared memory, row after row.
/// </summary>
internal struct GroupedSynchronizationBackward<TFloats> : IGroupKernel<GroupedSynchronizationBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    /// <summary>Pairs of a group.</summary>
    public const int Width = 32;

    private const int MostThreads = 256;

    public TFloats OutputGradient, Output, PreviousOutput, Factors, Slopes, Beta, PreviousBeta;
    public TFloats AlphaGradient, BetaGradient, DecayGradient;
    public int Batch, Pairs, HasGradient, IsFirst, IsLast;

    /// <summary>Groups and threads for so many pairs.</summary>
    public static GroupGrid Grid(int pairs, int threads) =>
        new((pairs + Width - 1) / Width, 1, Width, Math.Max(1, Math.Min(threads, MostThreads) / Width));

    public static void Run(GroupedSynchronizationBackward<TFloats> body)
    {
        var shared = SharedMemory.Allocate<float>(2 * MostThreads);
        int pair = (ILGPU.Grid.IdxX * Width) + Group.IdxX, place = (Group.IdxY * Width) + Group.IdxX;
        float products = 0f, changes = 0f, factor = 0f, scale = 0f;
        if (pair < body.Pairs)
        {
            factor = body.Factors[pair];
            scale = 1f / XMath.Sqrt(XMath.Max(body.Beta[pair], 1f));
            for (int sample = Group.IdxY; sample < body.Batch; sample += Group.DimY)
            {
                int at = (sample * body.Pairs) + pair;
                float alpha = body.IsLast == 0 ? factor * body.AlphaGradient[at] : 0f;
                if (body.HasGradient != 0)
                {
                    float gradient = body.OutputGradient[at];
                    alpha += gradient * scale;
                    products += gradient * body.Output[at];
                }

                if (body.IsFirst == 0)
                {
                    changes += alpha * body.PreviousOutput[at];
                }

                body.AlphaGradient[at] = alpha;
            }
        }

        shared[place] = products;
        shared[MostThreads + place] = changes;
        Group.Barrier();
        if (Group.IdxY > 0 || pair >= body.Pairs)
        {
            return;
        }

        for (int row = 1; row < Group.DimY; row++)
        {
            products += shared[(row * Width) + place];
            changes += shared[MostThreads + (row * Width) + place];
        }

        float beta = -0.5f * products * scale * scale;
        if (body.IsLast == 0)
        {
            beta += factor * body.BetaGradient[pair];
        }

        body.BetaGradient[pair] = beta;
        if (body.IsFirst == 0)
        {
            float before = body.PreviousBeta[pair];
            body.DecayGradient[pair] += body.Slopes[pair] * ((changes * XMath.Sqrt(before)) + (beta * before));
        }
    }
}
