using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The inner panels: a register tile of 8 rows (32 registers) or 4 rows (16 registers) by three lane vectors, over a packed B.
/// Each row is broadcast and used at once, since the JIT does not reorder: that keeps a single broadcast alive. Nothing is called while the
/// accumulators are alive, or the JIT would keep them in memory: the tile goes to a buffer, and from there to C.
/// </summary>
internal static unsafe class HostPanel
{
    /// <summary>tile [8, 3 lanes] = A [8, k] B [k, 3 lanes]. Row r of A is at a + min(r, last) * rowStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8<TLanes>(float* a, nint rowStride, nint stepStride, int last, float* b, int k, TLanes* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * rowStride);
        float* a2 = a + (Math.Min(2, last) * rowStride);
        float* a3 = a + (Math.Min(3, last) * rowStride);
        float* a4 = a + (Math.Min(4, last) * rowStride);
        float* a5 = a + (Math.Min(5, last) * rowStride);
        float* a6 = a + (Math.Min(6, last) * rowStride);
        float* a7 = a + (Math.Min(7, last) * rowStride);
        var zero = TLanes.Broadcast(0f);
        TLanes c00 = zero, c01 = zero, c02 = zero, c10 = zero, c11 = zero, c12 = zero,
            c20 = zero, c21 = zero, c22 = zero, c30 = zero, c31 = zero, c32 = zero,
            c40 = zero, c41 = zero, c42 = zero, c50 = zero, c51 = zero, c52 = zero,
            c60 = zero, c61 = zero, c62 = zero, c70 = zero, c71 = zero, c72 = zero;
        var right = (TLanes*)b;
        for (nint i = 0, end = k * stepStride; i < end; i += stepStride)
        {
            TLanes b0 = right[0], b1 = right[1], b2 = right[2];
            right += 3;
            var x0 = TLanes.Broadcast(a0[i]);
            c00 = TLanes.MultiplyAdd(x0, b0, c00);
            c01 = TLanes.MultiplyAdd(x0, b1, c01);
            c02 = TLanes.MultiplyAdd(x0, b2, c02);
            var x1 = TLanes.Broadcast(a1[i]);
            c10 = TLanes.MultiplyAdd(x1, b0, c10);
            c11 = TLanes.MultiplyAdd(x1, b1, c11);
            c12 = TLanes.MultiplyAdd(x1, b2, c12);
            var x2 = TLanes.Broadcast(a2[i]);
            c20 = TLanes.MultiplyAdd(x2, b0, c20);
            c21 = TLanes.MultiplyAdd(x2, b1, c21);
            c22 = TLanes.MultiplyAdd(x2, b2, c22);
            var x3 = TLanes.Broadcast(a3[i]);
            c30 = TLanes.MultiplyAdd(x3, b0, c30);
            c31 = TLanes.MultiplyAdd(x3, b1, c31);
            c32 = TLanes.MultiplyAdd(x3, b2, c32);
            var x4 = TLanes.Broadcast(a4[i]);
            c40 = TLanes.MultiplyAdd(x4, b0, c40);
            c41 = TLanes.MultiplyAdd(x4, b1, c41);
            c42 = TLanes.MultiplyAdd(x4, b2, c42);
            var x5 = TLanes.Broadcast(a5[i]);
            c50 = TLanes.MultiplyAdd(x5, b0, c50);
            c51 = TLanes.MultiplyAdd(x5, b1, c51);
            c52 = TLanes.MultiplyAdd(x5, b2, c52);
            var x6 = TLanes.Broadcast(a6[i]);
            c60 = TLanes.MultiplyAdd(x6, b0, c60);
            c61 = TLanes.MultiplyAdd(x6, b1, c61);
            c62 = TLanes.MultiplyAdd(x6, b2, c62);
            var x7 = TLanes.Broadcast(a7[i]);
            c70 = TLanes.MultiplyAdd(x7, b0, c70);
            c71 = TLanes.MultiplyAdd(x7, b1, c71);
            c72 = TLanes.MultiplyAdd(x7, b2, c72);
        }

        tile[0] = c00;
        tile[1] = c01;
        tile[2] = c02;
        tile[3] = c10;
        tile[4] = c11;
        tile[5] = c12;
        tile[6] = c20;
        tile[7] = c21;
        tile[8] = c22;
        tile[9] = c30;
        tile[10] = c31;
        tile[11] = c32;
        tile[12] = c40;
        tile[13] = c41;
        tile[14] = c42;
        tile[15] = c50;
        tile[16] = c51;
        tile[17] = c52;
        tile[18] = c60;
        tile[19] = c61;
        tile[20] = c62;
        tile[21] = c70;
        tile[22] = c71;
        tile[23] = c72;
    }

    /// <summary>tile [4, 3 lanes] = A [4, k] B [k, 3 lanes]. Row r of A is at a + min(r, last) * rowStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4<TLanes>(float* a, nint rowStride, nint stepStride, int last, float* b, int k, TLanes* tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* a0 = a;
        float* a1 = a + (Math.Min(1, last) * rowStride);
        float* a2 = a + (Math.Min(2, last) * rowStride);
        float* a3 = a + (Math.Min(3, last) * rowStride);
        var zero = TLanes.Broadcast(0f);
        TLanes c00 = zero, c01 = zero, c02 = zero, c10 = zero, c11 = zero, c12 = zero,
            c20 = zero, c21 = zero, c22 = zero, c30 = zero, c31 = zero, c32 = zero;
        var right = (TLanes*)b;
        for (nint i = 0, end = k * stepStride; i < end; i += stepStride)
        {
            TLanes b0 = right[0], b1 = right[1], b2 = right[2];
            right += 3;
            var x0 = TLanes.Broadcast(a0[i]);
            c00 = TLanes.MultiplyAdd(x0, b0, c00);
            c01 = TLanes.MultiplyAdd(x0, b1, c01);
            c02 = TLanes.MultiplyAdd(x0, b2, c02);
            var x1 = TLanes.Broadcast(a1[i]);
            c10 = TLanes.MultiplyAdd(x1, b0, c10);
            c11 = TLanes.MultiplyAdd(x1, b1, c11);
            c12 = TLanes.MultiplyAdd(x1, b2, c12);
            var x2 = TLanes.Broadcast(a2[i]);
            c20 = TLanes.MultiplyAdd(x2, b0, c20);
            c21 = TLanes.MultiplyAdd(x2, b1, c21);
            c22 = TLanes.MultiplyAdd(x2, b2, c22);
            var x3 = TLanes.Broadcast(a3[i]);
            c30 = TLanes.MultiplyAdd(x3, b0, c30);
            c31 = TLanes.MultiplyAdd(x3, b1, c31);
            c32 = TLanes.MultiplyAdd(x3, b2, c32);
        }

        tile[0] = c00;
        tile[1] = c01;
        tile[2] = c02;
        tile[3] = c10;
        tile[4] = c11;
        tile[5] = c12;
        tile[6] = c20;
        tile[7] = c21;
        tile[8] = c22;
        tile[9] = c30;
        tile[10] = c31;
        tile[11] = c32;
    }

    /// <summary>Brings a tile to its place in C.</summary>
    /// <param name="tile">Rows of three lane vectors.</param>
    /// <param name="c">The place.</param>
    /// <param name="rowStride">Distance between rows of C.</param>
    /// <param name="rows">Rows that lie inside C.</param>
    /// <param name="columns">Columns that lie inside C.</param>
    /// <param name="accumulate">Adds to C.</param>
    /// <param name="bias">Added to every row; null for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store<TLanes>(TLanes* tile, float* c, nint rowStride, int rows, int columns, bool accumulate, float* bias)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var zero = TLanes.Broadcast(0f);
        if (columns == 3 * TLanes.Width)
        {
            var more = (TLanes*)bias;
            TLanes m0 = bias == null ? zero : more[0], m1 = bias == null ? zero : more[1], m2 = bias == null ? zero : more[2];
            for (int r = 0; r < rows; r++)
            {
                var to = (TLanes*)(c + (r * rowStride));
                TLanes x0 = tile[0] + m0, x1 = tile[1] + m1, x2 = tile[2] + m2;
                to[0] = accumulate ? to[0] + x0 : x0;
                to[1] = accumulate ? to[1] + x1 : x1;
                to[2] = accumulate ? to[2] + x2 : x2;
                tile += 3;
            }

            return;
        }

        for (int r = 0; r < rows; r++)
        {
            float* to = c + (r * rowStride);
            var values = (float*)tile;
            for (int i = 0; i < columns; i++)
            {
                float value = bias == null ? values[i] : values[i] + bias[i];
                to[i] = accumulate ? to[i] + value : value;
            }

            tile += 3;
        }
    }
}
