using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// Adds what the slices of a group have each summed of the tile, slice 0, 1, ... in this order. Half of the slices at a time put theirs
/// into shared memory, and every thread adds up the same vector of four of all of them.
/// </summary>
internal struct SliceSums<TTile>
    where TTile : struct, ITileForm
{
    /// <summary>This thread's slice, the first of its rows, and its vector of columns.</summary>
    public int Slice, Row, Column;

    /// <summary>Its sums: rows from Row and half a tile below, columns likewise.</summary>
    public Rows4<Float4> C00, C01, C10, C11;

    /// <summary>Vectors in a row of the tile.</summary>
    public static int VectorsOfRow => TTile.Side / 4;

    /// <summary>
    /// The whole sum of the vector that has this thread's number in the tile; of no use beyond the tile. All threads of the group call it
    /// when nobody needs what is in shared memory.
    /// </summary>
    public readonly Float4 Add(ArrayView<Float4> shared)
    {
        int length = TTile.Side * VectorsOfRow, thread = Group.IdxX, row = (int)((uint)thread / (uint)VectorsOfRow);
        int from = Place(row, thread - (row * VectorsOfRow));
        var sum = Float4.Broadcast(0f);
        for (int first = 0; first < TTile.Slices; first += TTile.Slices / 2)
        {
            int at = Slice - first, half = TTile.Side / 8;
            if (at >= 0 && at < TTile.Slices / 2)
            {
                Put(shared, at * length, Row, Column, C00);
                Put(shared, at * length, Row, Column + half, C01);
                Put(shared, at * length, Row + (4 * half), Column, C10);
                Put(shared, at * length, Row + (4 * half), Column + half, C11);
            }

            Group.Barrier();
            if (thread < length)
            {
                for (int slice = 0; slice < TTile.Slices / 2; slice++)
                {
                    sum += shared[(slice * length) + from];
                }
            }

            Group.Barrier();
        }

        return sum;
    }

    private static void Put(ArrayView<Float4> shared, int at, int row, int column, Rows4<Float4> values)
    {
        shared[at + Place(row, column)] = values.R0;
        shared[at + Place(row + 1, column)] = values.R1;
        shared[at + Place(row + 2, column)] = values.R2;
        shared[at + Place(row + 3, column)] = values.R3;
    }

    // Every other four rows have the halves of a row exchanged, so that threads above each other store into other banks.
    private static int Place(int row, int column) => (row * VectorsOfRow) + (column ^ (VectorsOfRow / 2 * ((row >> 2) & 1)));
}
