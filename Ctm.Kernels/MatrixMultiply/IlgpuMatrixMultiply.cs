using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Multiplication through ILGPU: a group computes a tile of C from tiles of A and B in shared memory.</summary>
internal sealed class IlgpuMatrixMultiply(IlgpuExecutor executor) : MatrixMultiplyKernels
{
    public override void Multiply(
        DeviceView<float> a, DeviceView<float> b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        if (product.M == 0 || product.N == 0)
        {
            return;
        }

        var arguments = new MatrixTile.Arguments
        {
            A = a.Length == 0 ? default : ViewMemory<float>.Of(a),
            B = b.Length == 0 ? default : ViewMemory<float>.Of(b),
            C = ViewMemory<float>.Of(c),
            Bias = bias.IsAbsent ? ViewMemory<float>.Of(c) : ViewMemory<float>.Of(bias),
            HasBias = bias.IsAbsent ? 0 : 1,
            M = product.M,
            N = product.N,
            K = product.K,
            RowA = product.TransposeA ? 1 : product.RowA,
            StepA = product.TransposeA ? product.RowA : 1,
            StepB = product.TransposeB ? 1 : product.RowB,
            ColumnB = product.TransposeB ? product.RowB : 1,
            RowC = product.RowC,
            StrideA = product.StrideA,
            StrideB = product.StrideB,
            StrideC = product.StrideC,
            Accumulate = product.Accumulate ? 1 : 0,
        };
        var grid = new Index3D(
            (product.N + MatrixTile.Side - 1) / MatrixTile.Side,
            (product.M + MatrixTile.Side - 1) / MatrixTile.Side,
            Math.Max(1, product.Batch));
        executor.Device.Profile?.Count(product);
        executor.Launch(MatrixTile.Multiply, new KernelConfig(grid, new Index3D(MatrixTile.Threads, 1, 1)), arguments, 0);
    }

    public override void Multiply(
        DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        Multiply(a, b.View, c, product with { TransposeB = b.Transposed, LeadingB = b.Leading }, bias);
    }

    public override PackedMatrix AllocatePacked(int k, int n) => new(null, k, n);

    // The tile loader reads either order, so packing keeps the place and copies nothing.
    public override void Pack(DeviceView<float> b, PackedMatrix packed, bool transpose, int leading = 0)
    {
        MatrixChecks.CheckPack(b, packed, transpose, leading != 0 ? leading : transpose ? packed.K : packed.N);
        packed.Borrow(b, transpose, leading);
    }
}
