using Ctm.Kernels.Devices;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Argument checks that both executors share.</summary>
internal static class MatrixChecks
{
    public static void Check(DeviceView<float> a, DeviceView<float> b, DeviceView<float> c, in MatrixProduct p, DeviceView<float> bias)
    {
        Check(a, c, p, bias);
        int last = Math.Max(0, p.Batch - 1);
        Need(b, p.TransposeB ? p.N : p.K, p.TransposeB ? p.K : p.N, p.RowB, (long)last * p.StrideB, "B", p);
    }

    public static void Check(DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct p, DeviceView<float> bias)
    {
        Check(a, c, p, bias);
        if (b.K != p.K || b.N != p.N || p.StrideB != 0)
        {
            throw new ArgumentException($"The packed B is [{b.K}, {b.N}], {p.M}x{p.N}x{p.K} (m x n x k) needs [{p.K}, {p.N}].");
        }
    }

    public static void CheckPack(DeviceView<float> b, PackedMatrix packed, bool transpose, int row)
    {
        var p = new MatrixProduct(0, packed.N, packed.K);
        Need(b, transpose ? packed.N : packed.K, transpose ? packed.K : packed.N, row, 0, "B", p);
    }

    private static void Check(DeviceView<float> a, DeviceView<float> c, in MatrixProduct p, DeviceView<float> bias)
    {
        if (p.M < 0 || p.N < 0 || p.K < 0)
        {
            throw new ArgumentException($"The product {p.M}x{p.N}x{p.K} (m x n x k) has a negative side.");
        }

        int last = Math.Max(0, p.Batch - 1);
        Need(a, p.TransposeA ? p.K : p.M, p.TransposeA ? p.M : p.K, p.RowA, (long)last * p.StrideA, "A", p);
        Need(c, p.M, p.N, p.RowC, (long)last * p.StrideC, "C", p);
        if (!bias.IsAbsent && bias.Length < p.N)
        {
            throw new ArgumentException($"The bias has {bias.Length} values, {p.M}x{p.N}x{p.K} (m x n x k) needs {p.N}.");
        }
    }

    private static void Need(DeviceView<float> view, int rows, int columns, int row, long before, string name, in MatrixProduct p)
    {
        long needed = rows == 0 || columns == 0 ? 0 : before + ((long)(rows - 1) * row) + columns;
        if (row < columns || view.Length < needed)
        {
            throw new ArgumentException(
                $"{name} has {view.Length} values in rows of {row}, {p.M}x{p.N}x{p.K} (m x n x k) needs [{rows}, {columns}].");
        }
    }
}
