using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Turns stored rows into the columns of a panel.</summary>
internal static unsafe class HostTransposition
{
    private const int Side = 8;

    /// <summary>to [steps, width] = from [columns, steps] transposed; columns of <paramref name="to"/> beyond those stay as they are.</summary>
    /// <param name="from">First row.</param>
    /// <param name="row">Distance between rows.</param>
    /// <param name="to">The panel.</param>
    /// <param name="steps">Columns of the stored rows.</param>
    /// <param name="columns">Stored rows.</param>
    /// <param name="width">Distance between rows of the panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* from, nint row, float* to, int steps, int columns, int width)
    {
        int wholeSteps = Avx.IsSupported ? steps / Side * Side : 0, wholeColumns = columns / Side * Side;
        for (int column = 0; column < wholeColumns; column += Side)
        {
            for (int step = 0; step < wholeSteps; step += Side)
            {
                Square(from + (column * row) + step, row, to + ((nint)step * width) + column, width);
            }
        }

        Rest(from + (wholeColumns * row), row, to + wholeColumns, wholeSteps, columns - wholeColumns, width);
        Rest(from + wholeSteps, row, to + ((nint)wholeSteps * width), steps - wholeSteps, columns, width);
    }

    private static void Rest(float* from, nint row, float* to, int steps, int columns, int width)
    {
        for (int column = 0; column < columns; column++)
        {
            for (int step = 0; step < steps; step++)
            {
                to[(step * width) + column] = from[(column * row) + step];
            }
        }
    }

    // Pairs of rows, then of pairs, then the halves of the vectors.
    private static void Square(float* from, nint row, float* to, int width)
    {
        Vector256<float> r0 = Vector256.Load(from), r1 = Vector256.Load(from + row);
        Vector256<float> r2 = Vector256.Load(from + (2 * row)), r3 = Vector256.Load(from + (3 * row));
        Vector256<float> r4 = Vector256.Load(from + (4 * row)), r5 = Vector256.Load(from + (5 * row));
        Vector256<float> r6 = Vector256.Load(from + (6 * row)), r7 = Vector256.Load(from + (7 * row));
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        const byte low = 0x44, high = 0xEE, lower = 0x20, upper = 0x31;
        r0 = Avx.Shuffle(a0, a2, low);
        r1 = Avx.Shuffle(a0, a2, high);
        r2 = Avx.Shuffle(a1, a3, low);
        r3 = Avx.Shuffle(a1, a3, high);
        r4 = Avx.Shuffle(a4, a6, low);
        r5 = Avx.Shuffle(a4, a6, high);
        r6 = Avx.Shuffle(a5, a7, low);
        r7 = Avx.Shuffle(a5, a7, high);
        Avx.Permute2x128(r0, r4, lower).Store(to);
        Avx.Permute2x128(r1, r5, lower).Store(to + width);
        Avx.Permute2x128(r2, r6, lower).Store(to + (2 * width));
        Avx.Permute2x128(r3, r7, lower).Store(to + (3 * width));
        Avx.Permute2x128(r0, r4, upper).Store(to + (4 * width));
        Avx.Permute2x128(r1, r5, upper).Store(to + (5 * width));
        Avx.Permute2x128(r2, r6, upper).Store(to + (6 * width));
        Avx.Permute2x128(r3, r7, upper).Store(to + (7 * width));
    }
}
