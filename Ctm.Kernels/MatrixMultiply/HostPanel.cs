using System.Runtime.CompilerServices;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// The inner panels: a register tile of 8 rows (32 registers) or 4 rows (16 registers) by three lane vectors, over a packed B.
/// Each row is broadcast and used at once, since the JIT does not reorder: that keeps a single broadcast alive.
/// </summary>
internal static unsafe class HostPanel
{
    /// <summary>C tile [8, 3 lanes] = A [8, k] B [k, 3 lanes], plus what is asked for. Row r of A at a + min(r, last) * rowStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8<TLanes>(float* a, nint rowStride, nint stepStride, int last, float* b, int k, in Target target)
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

        target.Store(0, c00, c01, c02);
        target.Store(1, c10, c11, c12);
        target.Store(2, c20, c21, c22);
        target.Store(3, c30, c31, c32);
        target.Store(4, c40, c41, c42);
        target.Store(5, c50, c51, c52);
        target.Store(6, c60, c61, c62);
        target.Store(7, c70, c71, c72);
    }

    /// <summary>C tile [4, 3 lanes] = A [4, k] B [k, 3 lanes], plus what is asked for. Row r of A at a + min(r, last) * rowStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4<TLanes>(float* a, nint rowStride, nint stepStride, int last, float* b, int k, in Target target)
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

        target.Store(0, c00, c01, c02);
        target.Store(1, c10, c11, c12);
        target.Store(2, c20, c21, c22);
        target.Store(3, c30, c31, c32);
    }

    /// <summary>Where a tile goes, and what is added to it.</summary>
    public readonly struct Target(float* c, nint rowStride, int rows, int columns, bool accumulate, float* bias)
    {
        /// <summary>Stores one row of the tile, as far as it lies inside C.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TLanes>(int row, TLanes x0, TLanes x1, TLanes x2)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            if (row >= rows)
            {
                return;
            }

            float* to = c + (row * rowStride);
            if (columns < 3 * TLanes.Width)
            {
                StorePart(to, x0, x1, x2);
                return;
            }

            var lanes = (TLanes*)to;
            if (bias != null)
            {
                var more = (TLanes*)bias;
                x0 += more[0];
                x1 += more[1];
                x2 += more[2];
            }

            if (accumulate)
            {
                x0 += lanes[0];
                x1 += lanes[1];
                x2 += lanes[2];
            }

            lanes[0] = x0;
            lanes[1] = x1;
            lanes[2] = x2;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void StorePart<TLanes>(float* to, TLanes x0, TLanes x1, TLanes x2)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes* tile = stackalloc TLanes[3];
            tile[0] = x0;
            tile[1] = x1;
            tile[2] = x2;
            var values = (float*)tile;
            for (int i = 0; i < columns; i++)
            {
                float value = values[i] + (bias != null ? bias[i] : 0f);
                to[i] = accumulate ? to[i] + value : value;
            }
        }
    }
}
