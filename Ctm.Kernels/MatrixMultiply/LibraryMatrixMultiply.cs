using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>
/// Multiplication by a library for column-major matrices. A row-major matrix is its transpose in column-major order, so that
/// C^T = op(B)^T op(A)^T is asked for, and nothing is turned around.
/// </summary>
internal sealed class LibraryMatrixMultiply(IlgpuExecutor executor, IlgpuMatrixMultiply own, IColumnMajorLibrary library)
    : MatrixMultiplyKernels
{
    public override void Multiply(
        DeviceView<float> a, DeviceView<float> b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        int batch = Math.Max(1, product.Batch);

        // A bias is added to a dense C afterwards.
        bool isDense = batch == 1 && product.RowC == product.N;
        if (product.M == 0 || product.N == 0 || product.K == 0 || !(bias.IsAbsent || isDense))
        {
            own.Multiply(a, b, c, product, bias);
            return;
        }

        executor.Device.Profile?.Count(product);
        for (int i = 0; i < batch; i++)
        {
            executor.Device.Launches++;
            library.Multiply(
                product.TransposeB,
                product.TransposeA,
                (product.N, product.M, product.K),
                (From(b, i * product.StrideB), product.RowB),
                (From(a, i * product.StrideA), product.RowA),
                product.Accumulate ? 1f : 0f,
                (From(c, i * product.StrideC), product.RowC));
        }

        if (!bias.IsAbsent)
        {
            ViewMemory<float> result = ViewMemory<float>.Of(c);
            executor.Elements(
                new AddSplits<ViewMemory<float>>
                {
                    Parts = result,
                    C = result,
                    Bias = ViewMemory<float>.Of(bias),
                    Splits = 1,
                    N = product.N,
                    Leading = product.N,
                    HasBias = 1,
                },
                product.M * product.N,
                Aligned.To4(product.N, c, bias));
        }
    }

    public override void Multiply(
        DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        if (b.Precision == StoragePrecision.Half)
        {
            // The library multiplies matrices of one type.
            own.Multiply(a, b, c, product, bias);
            return;
        }

        MatrixChecks.Check(a, b, c, product, bias);
        Multiply(a, b.View, c, product with { TransposeB = b.Transposed, LeadingB = b.Leading }, bias);
    }

    public override PackedMatrix AllocatePacked(int k, int n, StoragePrecision precision) => own.AllocatePacked(k, n, precision);

    public override void Pack(DeviceView<float> b, PackedMatrix packed, bool transpose, int leading = 0) =>
        own.Pack(b, packed, transpose, leading);

    private static DeviceView<float> From(DeviceView<float> view, int offset) => view.Slice(offset, view.Length - offset);
}
