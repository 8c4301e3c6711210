using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The device kernel: 64 threads compute a 64 x 64 tile of C, 8 x 8 values each, from tiles of A and B of 16 steps in shared
/// memory.
/// </summary>
internal static class MatrixTile
{
    public const int Side = 64;
    public const int Threads = 64;
    private const int Depth = 16;
    private const int PerThread = Side * Depth / Threads;

    /// <summary>Arguments; an element of A is at m * RowA + k * StepA, one of B at k * StepB + n * ColumnB.</summary>
    public struct Arguments
    {
        public ViewMemory<float> A, B, C, Bias;
        public int HasBias, Accumulate, M, N, K, RowA, StepA, StepB, ColumnB, RowC, StrideA, StrideB, StrideC;
    }

    public static void Multiply(Arguments p, int unused)
    {
        // Stored [step][row / 4] and [step][column / 4], so that a thread reads its 8 rows and 8 columns as two vectors each.
        var left = SharedMemory.Allocate<float>(Depth * Side);
        var right = SharedMemory.Allocate<float>(Depth * Side);
        var left4 = left.Cast<Float4>();
        var right4 = right.Cast<Float4>();
        int thread = Group.IdxX, firstRow = Grid.IdxY * Side, firstColumn = Grid.IdxX * Side;
        int threadRow = thread / 8, threadColumn = thread % 8;
        var a = p.A.Skip(Grid.IdxZ * p.StrideA);
        var b = p.B.Skip(Grid.IdxZ * p.StrideB);
        var zero = Float4.Broadcast(0f);
        Float4 c00 = zero, c01 = zero;
        Float4 c10 = zero, c11 = zero;
        Float4 c20 = zero, c21 = zero;
        Float4 c30 = zero, c31 = zero;
        Float4 c40 = zero, c41 = zero;
        Float4 c50 = zero, c51 = zero;
        Float4 c60 = zero, c61 = zero;
        Float4 c70 = zero, c71 = zero;
        for (int step = 0; step < p.K; step += Depth)
        {
            Group.Barrier();
            for (int i = 0; i < PerThread; i++)
            {
                // Neighbouring threads read neighbouring values, whichever way the matrix is stored.
                int place = (i * Threads) + thread;
                int row = p.StepA == 1 ? place / Depth : place % Side;
                int depth = p.StepA == 1 ? place % Depth : place / Side;
                bool inside = firstRow + row < p.M && step + depth < p.K;
                left[(depth * Side) + row] = inside ? a[((firstRow + row) * p.RowA) + ((step + depth) * p.StepA)] : 0f;
                int column = p.ColumnB == 1 ? place % Side : place / Depth;
                depth = p.ColumnB == 1 ? place / Side : place % Depth;
                inside = firstColumn + column < p.N && step + depth < p.K;
                right[(depth * Side) + column] = inside ? b[((step + depth) * p.StepB) + ((firstColumn + column) * p.ColumnB)] : 0f;
            }

            Group.Barrier();
            for (int depth = 0; depth < Depth; depth++)
            {
                int at = depth * (Side / 4);
                Float4 x0 = left4[at + (2 * threadRow)], x1 = left4[at + (2 * threadRow) + 1];
                Float4 y0 = right4[at + (2 * threadColumn)], y1 = right4[at + (2 * threadColumn) + 1];
                var a0 = Float4.Broadcast(x0.X);
                c00 = Float4.MultiplyAdd(a0, y0, c00);
                c01 = Float4.MultiplyAdd(a0, y1, c01);
                var a1 = Float4.Broadcast(x0.Y);
                c10 = Float4.MultiplyAdd(a1, y0, c10);
                c11 = Float4.MultiplyAdd(a1, y1, c11);
                var a2 = Float4.Broadcast(x0.Z);
                c20 = Float4.MultiplyAdd(a2, y0, c20);
                c21 = Float4.MultiplyAdd(a2, y1, c21);
                var a3 = Float4.Broadcast(x0.W);
                c30 = Float4.MultiplyAdd(a3, y0, c30);
                c31 = Float4.MultiplyAdd(a3, y1, c31);
                var a4 = Float4.Broadcast(x1.X);
                c40 = Float4.MultiplyAdd(a4, y0, c40);
                c41 = Float4.MultiplyAdd(a4, y1, c41);
                var a5 = Float4.Broadcast(x1.Y);
                c50 = Float4.MultiplyAdd(a5, y0, c50);
                c51 = Float4.MultiplyAdd(a5, y1, c51);
                var a6 = Float4.Broadcast(x1.Z);
                c60 = Float4.MultiplyAdd(a6, y0, c60);
                c61 = Float4.MultiplyAdd(a6, y1, c61);
                var a7 = Float4.Broadcast(x1.W);
                c70 = Float4.MultiplyAdd(a7, y0, c70);
                c71 = Float4.MultiplyAdd(a7, y1, c71);
            }
        }

        int rowOfC = firstRow + (8 * threadRow), columnOfC = firstColumn + (8 * threadColumn);
        Store(p, rowOfC + 0, columnOfC, c00, c01);
        Store(p, rowOfC + 1, columnOfC, c10, c11);
        Store(p, rowOfC + 2, columnOfC, c20, c21);
        Store(p, rowOfC + 3, columnOfC, c30, c31);
        Store(p, rowOfC + 4, columnOfC, c40, c41);
        Store(p, rowOfC + 5, columnOfC, c50, c51);
        Store(p, rowOfC + 6, columnOfC, c60, c61);
        Store(p, rowOfC + 7, columnOfC, c70, c71);
    }

    private static void Store(Arguments p, int row, int column, Float4 x, Float4 y)
    {
        if (row < p.M)
        {
            Store(p, row, column, x.X);
            Store(p, row, column + 1, x.Y);
            Store(p, row, column + 2, x.Z);
            Store(p, row, column + 3, x.W);
            Store(p, row, column + 4, y.X);
            Store(p, row, column + 5, y.Y);
            Store(p, row, column + 6, y.Z);
            Store(p, row, column + 7, y.W);
        }
    }

    private static void Store(Arguments p, int row, int column, float value)
    {
        if (column < p.N)
        {
            int place = (Grid.IdxZ * p.StrideC) + (row * p.RowC) + column;
            if (p.HasBias != 0)
            {
                value += p.Bias[column];
            }

            if (p.Accumulate != 0)
            {
                value += p.C[place];
            }

            p.C[place] = value;
        }
    }
}
