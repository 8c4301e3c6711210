using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The device kernel. A group computes a tile of C, 8 x 8 values a thread in registers, from tiles of A and B in shared memory. There are
/// two of each: while one is multiplied, the next is on its way from global memory, and one barrier separates two tiles. A thread's rows
/// and columns are two times four that lie half a tile apart, so that neighbouring threads read and write neighbouring vectors. Where the
/// tile is sliced, each team of threads has a sum over its own steps, and <see cref="SliceSums{TTile}"/> adds them.
/// </summary>
internal static class MatrixTile
{
    public const int SmallSide = 64, LargeSide = 128, LargeDepth = LargeSide / 8;

    /// <summary>Sides of the tiles that slices share, and slices that make a group of 256 threads.</summary>
    public const int SlicedSide = 32, SlicedSlices = 16, NarrowSide = 16, NarrowSlices = 64;

    /// <summary>
    /// Arguments. Group z of the grid is part z % Splits of k of product z / Splits. With more than one part, C is [Splits, M, N] and takes
    /// the bare sums.
    /// </summary>
    public struct Arguments<TRight>
        where TRight : struct, IMemory<TRight, float>
    {
        public ViewMemory<float> A;
        public TRight B;
        public TileTarget Target;
        public OperandShape ShapeA, ShapeB;
        public int K, StrideA, StrideB, StrideC, StrideBias, Splits, StepsPerSplit;
    }

    /// <summary>Slices of a tile.</summary>
    public static int Slices(int side) => side switch { SlicedSide => SlicedSlices, NarrowSide => NarrowSlices, _ => 1 };

    /// <summary>Threads of a group.</summary>
    public static int Threads(int side) => side * side / 64 * Slices(side);

    /// <summary>Steps of k that are in shared memory at a time.</summary>
    public static int Depth(int side) => side / 8 * Slices(side);

    /// <summary>Shared memory of a group: two buffers of two operands' tiles.</summary>
    public static int SharedBytes(int side) => 2 * 2 * Depth(side) * (Slices(side) == 1 ? side + 4 : side) * sizeof(float);

    public static void Multiply<TTile, TOrderA, TOrderB, TLanes, TRight>(Arguments<TRight> p, int unused)
        where TTile : struct, ITileForm
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
        where TLanes : unmanaged, ILanes<TLanes>
        where TRight : struct, IMemory<TRight, float>
    {
        // A quotient with its remainder would be one instruction more than Oclgrind knows: remainders are written as differences.
        int half = TTile.Side / 8, slice = (int)((uint)Group.IdxX / (uint)SharedTile<TTile>.Team);
        int member = Group.IdxX - (slice * SharedTile<TTile>.Team), row = (int)((uint)member / (uint)half), column = member - (row * half);
        int key = SharedTile<TTile>.Key(slice), right = 2 * SharedTile<TTile>.Length;
        var shared = SharedMemory.Allocate<float>(4 * SharedTile<TTile>.Length);
        var vectors = shared.Cast<Float4>();
        int product = Grid.IdxZ / p.Splits, part = Grid.IdxZ - (product * p.Splits);
        int begin = part * p.StepsPerSplit, end = begin + p.StepsPerSplit;
        end = end < p.K ? end : p.K;
        int firstRow = Grid.IdxY * TTile.Side, firstColumn = Grid.IdxX * TTile.Side;
        var a = new TileOperand<TTile, TOrderA, TLanes, ViewMemory<float>>(p.A.Skip(product * p.StrideA), firstRow, p.Target.M, p.ShapeA);
        var b = new TileOperand<TTile, TOrderB, TLanes, TRight>(p.B.Skip(product * p.StrideB), firstColumn, p.Target.N, p.ShapeB);
        var zero = Rows4<Float4>.Broadcast(Float4.Broadcast(0f));
        Rows4<Float4> c00 = zero, c01 = zero, c10 = zero, c11 = zero;
        int buffer = 0;
        a.Store(shared, 0, firstRow, a.First(begin, end), a.Second(begin, end));
        b.Store(shared, right, firstColumn, b.First(begin, end), b.Second(begin, end));
        Group.Barrier();
        for (int step = begin; step < end; step += SharedTile<TTile>.Depth)
        {
            int next = step + SharedTile<TTile>.Depth;
            Float4 a0 = a.First(next, end), a1 = a.Second(next, end), b0 = b.First(next, end), b1 = b.Second(next, end);
            int start = buffer + (slice * SharedTile<TTile>.Steps * SharedTile<TTile>.Pitch);
            int at = (int)((uint)start / 4u), across = (int)((uint)(start + right) / 4u);
            for (int depth = 0; depth < SharedTile<TTile>.Steps; depth++)
            {
                Float4 x0 = vectors[at + SharedTile<TTile>.Vector(depth, row, key)];
                Float4 x1 = vectors[at + SharedTile<TTile>.Vector(depth, half + row, key)];
                Float4 y0 = vectors[across + SharedTile<TTile>.Vector(depth, column, key)];
                Float4 y1 = vectors[across + SharedTile<TTile>.Vector(depth, half + column, key)];
                Rows4<Float4> upper = Spread(x0), lower = Spread(x1);
                c00 = Rows4<Float4>.MultiplyAdd(upper, y0, c00);
                c01 = Rows4<Float4>.MultiplyAdd(upper, y1, c01);
                c10 = Rows4<Float4>.MultiplyAdd(lower, y0, c10);
                c11 = Rows4<Float4>.MultiplyAdd(lower, y1, c11);
            }

            buffer = SharedTile<TTile>.Length - buffer;
            a.Store(shared, buffer, firstRow, a0, a1);
            b.Store(shared, right + buffer, firstColumn, b0, b1);
            Group.Barrier();
        }

        TileTarget target = p.Target;
        target.C = target.C.Skip(Grid.IdxZ * p.StrideC);
        target.Bias = target.Bias.Skip(product * p.StrideBias);
        if (TTile.Slices == 1)
        {
            firstRow += 4 * row;
            firstColumn += 4 * column;
            int further = TTile.Side / 2;
            TileStore<TLanes>.Put(target, firstRow, firstColumn, c00);
            TileStore<TLanes>.Put(target, firstRow, firstColumn + further, c01);
            TileStore<TLanes>.Put(target, firstRow + further, firstColumn, c10);
            TileStore<TLanes>.Put(target, firstRow + further, firstColumn + further, c11);
        }
        else
        {
            var sums = new SliceSums<TTile> { Slice = slice, Row = 4 * row, Column = column, C00 = c00, C01 = c01, C10 = c10, C11 = c11 };
            Float4 sum = sums.Add(vectors);
            int vector = SliceSums<TTile>.VectorsOfRow, sumRow = (int)((uint)Group.IdxX / (uint)vector);
            if (sumRow < TTile.Side)
            {
                TileStore<TLanes>.Put(target, firstRow + sumRow, firstColumn + (4 * (Group.IdxX - (sumRow * vector))), sum);
            }
        }
    }

    private static Rows4<Float4> Spread(Float4 x) =>
        new(Float4.Broadcast(x.X), Float4.Broadcast(x.Y), Float4.Broadcast(x.Z), Float4.Broadcast(x.W));
}
