using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ctm.Kernels.Measurements;

/// <summary>
/// Independent chains of multiply-adds in the widest registers: nothing but arithmetic. There are as many as hide the latency of an
/// addition, and no more than there are registers for.
/// </summary>
internal static class FmaLoop
{
    private const int Rounds = 100_000;

    /// <summary>Operations of one <see cref="Run"/>: two for each lane of each chain.</summary>
    public static double Flops =>
        2.0 * Rounds * (Vector512.IsHardwareAccelerated ? 16 * 16 : Vector256.IsHardwareAccelerated ? 12 * 8 : 16 * 4);

    /// <summary>Runs the chains; their sum, which keeps them from being left out.</summary>
    public static float Run() => Vector512.IsHardwareAccelerated ? Wide() : Vector256.IsHardwareAccelerated ? Middle() : Narrow();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide()
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> c0 = Vector512.Create(0f), c1 = Vector512.Create(1f), c2 = Vector512.Create(2f), c3 = Vector512.Create(3f);
        Vector512<float> c4 = Vector512.Create(4f), c5 = Vector512.Create(5f), c6 = Vector512.Create(6f), c7 = Vector512.Create(7f);
        Vector512<float> c8 = Vector512.Create(8f), c9 = Vector512.Create(9f), cA = Vector512.Create(10f), cB = Vector512.Create(11f);
        Vector512<float> cC = Vector512.Create(12f), cD = Vector512.Create(13f), cE = Vector512.Create(14f), cF = Vector512.Create(15f);
        for (int i = 0; i < Rounds; i++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, x, y);
            c1 = Vector512.FusedMultiplyAdd(c1, x, y);
            c2 = Vector512.FusedMultiplyAdd(c2, x, y);
            c3 = Vector512.FusedMultiplyAdd(c3, x, y);
            c4 = Vector512.FusedMultiplyAdd(c4, x, y);
            c5 = Vector512.FusedMultiplyAdd(c5, x, y);
            c6 = Vector512.FusedMultiplyAdd(c6, x, y);
            c7 = Vector512.FusedMultiplyAdd(c7, x, y);
            c8 = Vector512.FusedMultiplyAdd(c8, x, y);
            c9 = Vector512.FusedMultiplyAdd(c9, x, y);
            cA = Vector512.FusedMultiplyAdd(cA, x, y);
            cB = Vector512.FusedMultiplyAdd(cB, x, y);
            cC = Vector512.FusedMultiplyAdd(cC, x, y);
            cD = Vector512.FusedMultiplyAdd(cD, x, y);
            cE = Vector512.FusedMultiplyAdd(cE, x, y);
            cF = Vector512.FusedMultiplyAdd(cF, x, y);
        }

        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + cA + cB + cC + cD + cE + cF);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Middle()
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        Vector256<float> c0 = Vector256.Create(0f), c1 = Vector256.Create(1f), c2 = Vector256.Create(2f), c3 = Vector256.Create(3f);
        Vector256<float> c4 = Vector256.Create(4f), c5 = Vector256.Create(5f), c6 = Vector256.Create(6f), c7 = Vector256.Create(7f);
        Vector256<float> c8 = Vector256.Create(8f), c9 = Vector256.Create(9f), cA = Vector256.Create(10f), cB = Vector256.Create(11f);
        for (int i = 0; i < Rounds; i++)
        {
            c0 = Vector256.FusedMultiplyAdd(c0, x, y);
            c1 = Vector256.FusedMultiplyAdd(c1, x, y);
            c2 = Vector256.FusedMultiplyAdd(c2, x, y);
            c3 = Vector256.FusedMultiplyAdd(c3, x, y);
            c4 = Vector256.FusedMultiplyAdd(c4, x, y);
            c5 = Vector256.FusedMultiplyAdd(c5, x, y);
            c6 = Vector256.FusedMultiplyAdd(c6, x, y);
            c7 = Vector256.FusedMultiplyAdd(c7, x, y);
            c8 = Vector256.FusedMultiplyAdd(c8, x, y);
            c9 = Vector256.FusedMultiplyAdd(c9, x, y);
            cA = Vector256.FusedMultiplyAdd(cA, x, y);
            cB = Vector256.FusedMultiplyAdd(cB, x, y);
        }

        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + cA + cB);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow()
    {
        Vector128<float> x = Vector128.Create(0.999f), y = Vector128.Create(0.001f);
        Vector128<float> c0 = Vector128.Create(0f), c1 = Vector128.Create(1f), c2 = Vector128.Create(2f), c3 = Vector128.Create(3f);
        Vector128<float> c4 = Vector128.Create(4f), c5 = Vector128.Create(5f), c6 = Vector128.Create(6f), c7 = Vector128.Create(7f);
        Vector128<float> c8 = Vector128.Create(8f), c9 = Vector128.Create(9f), cA = Vector128.Create(10f), cB = Vector128.Create(11f);
        Vector128<float> cC = Vector128.Create(12f), cD = Vector128.Create(13f), cE = Vector128.Create(14f), cF = Vector128.Create(15f);
        for (int i = 0; i < Rounds; i++)
        {
            c0 = Vector128.FusedMultiplyAdd(c0, x, y);
            c1 = Vector128.FusedMultiplyAdd(c1, x, y);
            c2 = Vector128.FusedMultiplyAdd(c2, x, y);
            c3 = Vector128.FusedMultiplyAdd(c3, x, y);
            c4 = Vector128.FusedMultiplyAdd(c4, x, y);
            c5 = Vector128.FusedMultiplyAdd(c5, x, y);
            c6 = Vector128.FusedMultiplyAdd(c6, x, y);
            c7 = Vector128.FusedMultiplyAdd(c7, x, y);
            c8 = Vector128.FusedMultiplyAdd(c8, x, y);
            c9 = Vector128.FusedMultiplyAdd(c9, x, y);
            cA = Vector128.FusedMultiplyAdd(cA, x, y);
            cB = Vector128.FusedMultiplyAdd(cB, x, y);
            cC = Vector128.FusedMultiplyAdd(cC, x, y);
            cD = Vector128.FusedMultiplyAdd(cD, x, y);
            cE = Vector128.FusedMultiplyAdd(cE, x, y);
            cF = Vector128.FusedMultiplyAdd(cF, x, y);
        }

        return Vector128.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + cA + cB + cC + cD + cE + cF);
    }
}
