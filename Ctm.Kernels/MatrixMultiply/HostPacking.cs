using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ctm.Kernels.Execution;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Copies operands into the order in which the panels read them; what lies outside the matrix is 0.</summary>
internal static unsafe class HostPacking
{
    /// <summary>Some steps of some panels of B to [panel][steps][width].</summary>
    /// <param name="right">B as it is stored.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    /// <param name="step">First step.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="to">Where they go.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Panels(in HostRightSide right, int firstPanel, int endPanel, int step, int steps, float* to)
    {
        int width = right.Width, column = firstPanel * width, columns = Math.Min(endPanel * width, right.Columns) - column;
        nint row = right.Row, distance = (nint)steps * width;
        if (columns % width != 0)
        {
            new Span<float>(to + ((endPanel - firstPanel - 1) * distance), steps * width).Clear();
        }

        if (right.Transposed)
        {
            float* rows = right.Values + (column * row) + step;
            for (int i = 0; i < columns; i += width)
            {
                HostTransposition.Run(rows + (i * row), row, to + (i / width * distance), steps, Math.Min(width, columns - i), width);
            }

            return;
        }

        // Stored rows are read along through all of the panels.
        float* from = right.Values + (step * row) + column;
        for (int k = 0; k < steps; k++)
        {
            float* target = to + ((nint)k * width);
            for (int i = 0; i < columns; i += width)
            {
                Copy(from + i, target, Math.Min(width, columns - i));
                target += distance;
            }

            from += row;
        }
    }

    private static void Copy(float* from, float* to, int count)
    {
        int i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256.Load(from + i).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = from[i];
        }
    }

    /// <summary>B [k, n] to [panel][k][width].</summary>
    public struct PanelsOfB : IHostWork<PanelsOfB>
    {
        public HostRightSide Right;
        public float* To;
        public int K;

        public static void Run(in PanelsOfB work, int from, int to, int thread) =>
            Panels(work.Right, from, to, 0, work.K, work.To + ((nint)from * work.K * work.Right.Width));
    }

    /// <summary>A stored [k, m] to [tile][k][height].</summary>
    public struct TilesOfA : IHostWork<TilesOfA>
    {
        public float* From, To;
        public int M, K, Row, Height;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in TilesOfA work, int from, int to, int thread)
        {
            // Steps outside, tiles inside: a stored row is read along, and few tiles are written at a time.
            const int together = 8;
            for (int first = from; first < to; first += together)
            {
                int end = Math.Min(to, first + together);
                for (int k = 0; k < work.K; k++)
                {
                    float* row = work.From + ((nint)k * work.Row);
                    for (int tile = first; tile < end; tile++)
                    {
                        float* target = work.To + (((nint)tile * work.K) + k) * work.Height;
                        int m = tile * work.Height;
                        if (work.Height == 8 && m + 8 <= work.M)
                        {
                            *(Vector256<float>*)target = *(Vector256<float>*)(row + m);
                            continue;
                        }

                        if (work.Height == 4 && m + 4 <= work.M)
                        {
                            *(Vector128<float>*)target = *(Vector128<float>*)(row + m);
                            continue;
                        }

                        for (int i = 0; i < work.Height; i++)
                        {
                            target[i] = m + i < work.M ? row[m + i] : 0f;
                        }
                    }
                }
            }
        }
    }
}
