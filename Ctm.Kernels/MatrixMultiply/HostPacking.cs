using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ctm.Kernels.Execution;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Copies operands into the order in which the panels read them; what lies outside the matrix is 0.</summary>
internal static unsafe class HostPacking
{
    /// <summary>B [k, n] to [panel][k][width].</summary>
    public struct PanelsOfB : IHostWork<PanelsOfB>
    {
        public float* From, To;
        public int K, N, Row, Width;
        public bool Transpose;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public static void Run(in PanelsOfB work, int from, int to, int thread)
        {
            for (int panel = from; panel < to; panel++)
            {
                int column = panel * work.Width, columns = Math.Min(work.Width, work.N - column);
                float* target = work.To + ((nint)panel * work.K * work.Width);
                if (columns < work.Width)
                {
                    new Span<float>(target, work.K * work.Width).Clear();
                }

                if (work.Transpose)
                {
                    Transposed(work.From + ((nint)column * work.Row), work.Row, target, work.K, columns, work.Width);
                }
                else
                {
                    for (int k = 0; k < work.K; k++)
                    {
                        new ReadOnlySpan<float>(work.From + ((nint)k * work.Row) + column, columns)
                            .CopyTo(new Span<float>(target + ((nint)k * work.Width), columns));
                    }
                }
            }
        }

        // Sixteen steps at a time: one cache line of each stored row, scattered to sixteen rows of the panel.
        private static void Transposed(float* from, int row, float* to, int k, int columns, int width)
        {
            for (int first = 0; first < k; first += 16)
            {
                int steps = Math.Min(16, k - first);
                for (int n = 0; n < columns; n++)
                {
                    float* source = from + ((nint)n * row) + first;
                    float* target = to + ((nint)first * width) + n;
                    for (int i = 0; i < steps; i++)
                    {
                        target[i * width] = source[i];
                    }
                }
            }
        }
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
