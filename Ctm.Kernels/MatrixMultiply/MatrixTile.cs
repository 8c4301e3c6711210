using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The device kernel. A group computes a tile of C, 8 x 8 values a thread in registers, from tiles of A and B in shared memory. There are
/// two of each: while one is multiplied, the next is on its way from global memory, and one barrier separates two tiles. A thread's rows
/// and columns are two times four that lie half a tile apart, so that neighbouring threads read and write neighbouring vectors.
/// </summary>
internal static class MatrixTile
{
    public const int SmallSide = 64, SmallDepth = 8, LargeSide = 128, LargeDepth = 16;

    /// <summary>
    /// Arguments. Group z of the grid is part z % Splits of k of product z / Splits. With more than one part, C is [Splits, M, N] and takes
    /// the bare sums.
    /// </summary>
    public struct Arguments
    {
        public ViewMemory<float> A, B, C, Bias;
        public OperandShape ShapeA, ShapeB;
        public int HasBias, Accumulate, M, N, K, LeadingC, StrideA, StrideB, StrideC, StrideBias, Splits, StepsPerSplit;
    }

    /// <summary>Threads of a group.</summary>
    public static int Threads(int side) => side * side / 64;

    /// <summary>Shared memory of a group: two buffers of two operands' tiles.</summary>
    public static int SharedBytes(int side) => 2 * 2 * (side / 8) * (side + 4) * sizeof(float);

    public static void Multiply<TTile, TOrderA, TOrderB, TLanes>(Arguments p, int unused)
        where TTile : struct, ITileForm
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // A quotient with its remainder would be one instruction more than Oclgrind knows: remainders are written as differences.
        int pitch = TTile.Side + 4, half = TTile.Side / 8, row = (int)((uint)Group.IdxX / (uint)half), column = Group.IdxX - (row * half);
        var left = SharedMemory.Allocate<float>(2 * TTile.Depth * (TTile.Side + 4));
        var right = SharedMemory.Allocate<float>(2 * TTile.Depth * (TTile.Side + 4));
        var left4 = left.Cast<Float4>();
        var right4 = right.Cast<Float4>();
        int product = Grid.IdxZ / p.Splits, part = Grid.IdxZ - (product * p.Splits);
        int begin = part * p.StepsPerSplit, end = begin + p.StepsPerSplit;
        end = end < p.K ? end : p.K;
        int firstRow = Grid.IdxY * TTile.Side, firstColumn = Grid.IdxX * TTile.Side;
        var a = new TileOperand<TTile, TOrderA, TLanes>(p.A.Skip(product * p.StrideA), firstRow, p.M, p.ShapeA);
        var b = new TileOperand<TTile, TOrderB, TLanes>(p.B.Skip(product * p.StrideB), firstColumn, p.N, p.ShapeB);
        var zero = Rows4<Float4>.Broadcast(Float4.Broadcast(0f));
        Rows4<Float4> c00 = zero, c01 = zero, c10 = zero, c11 = zero;
        int buffer = 0;
        a.Store(left, 0, firstRow, a.First(begin, end), a.Second(begin, end));
        b.Store(right, 0, firstColumn, b.First(begin, end), b.Second(begin, end));
        Group.Barrier();
        for (int step = begin; step < end; step += TTile.Depth)
        {
            int next = step + TTile.Depth;
            Float4 a0 = a.First(next, end), a1 = a.Second(next, end), b0 = b.First(next, end), b1 = b.Second(next, end);
            for (int depth = 0; depth < TTile.Depth; depth++)
            {
                int at = (int)((uint)(buffer + (depth * pitch)) / 4u);
                Float4 x0 = left4[at + row], x1 = left4[at + half + row], y0 = right4[at + column], y1 = right4[at + half + column];
                Rows4<Float4> upper = Spread(x0), lower = Spread(x1);
                c00 = Rows4<Float4>.MultiplyAdd(upper, y0, c00);
                c01 = Rows4<Float4>.MultiplyAdd(upper, y1, c01);
                c10 = Rows4<Float4>.MultiplyAdd(lower, y0, c10);
                c11 = Rows4<Float4>.MultiplyAdd(lower, y1, c11);
            }

            buffer = (TTile.Depth * pitch) - buffer;
            a.Store(left, buffer, firstRow, a0, a1);
            b.Store(right, buffer, firstColumn, b0, b1);
            Group.Barrier();
        }

        p.C = p.C.Skip(Grid.IdxZ * p.StrideC);
        p.Bias = p.Bias.Skip(product * p.StrideBias);
        firstRow += 4 * row;
        firstColumn += 4 * column;
        int further = TTile.Side / 2;
        Store<TLanes>(p, firstRow, firstColumn, c00);
        Store<TLanes>(p, firstRow, firstColumn + further, c01);
        Store<TLanes>(p, firstRow + further, firstColumn, c10);
        Store<TLanes>(p, firstRow + further, firstColumn + further, c11);
    }

    private static Rows4<Float4> Spread(Float4 x) =>
        new(Float4.Broadcast(x.X), Float4.Broadcast(x.Y), Float4.Broadcast(x.Z), Float4.Broadcast(x.W));

    private static void Store<TLanes>(Arguments p, int row, int column, Rows4<Float4> values)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (TLanes.Width == 1)
        {
            Store(p, row, column, values.R0);
            Store(p, row + 1, column, values.R1);
            Store(p, row + 2, column, values.R2);
            Store(p, row + 3, column, values.R3);
        }
        else if (column < p.N)
        {
            var place = new MatrixPlace { Row = row, Column = column, Rows = p.M, Width = p.LeadingC };
            if (p.HasBias != 0)
            {
                values += Rows4<Float4>.Broadcast(p.Bias.Load<Float4>(column, p.N));
            }

            if (p.Accumulate != 0)
            {
                values += Rows4<Float4>.LoadMatrix(p.C, place);
            }

            values.StoreMatrix(p.C, place);
        }
    }

    private static void Store(Arguments p, int row, int column, Float4 values)
    {
        if (row < p.M)
        {
            Store(p, row, column, values.X);
            Store(p, row, column + 1, values.Y);
            Store(p, row, column + 2, values.Z);
            Store(p, row, column + 3, values.W);
        }
    }

    private static void Store(Arguments p, int row, int column, float value)
    {
        if (column < p.N)
        {
            int place = (row * p.LeadingC) + column;
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
