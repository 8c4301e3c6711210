using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;
using ILGPU;

namespace Ctm.Kernels.MatrixMultiply;

/// <summary>Multiplication through ILGPU, divided among groups as <see cref="MatrixPlan"/> says.</summary>
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

        var operands = new MatrixTile.Arguments
        {
            A = a.Length == 0 ? default : ViewMemory<float>.Of(a),
            B = b.Length == 0 ? default : ViewMemory<float>.Of(b),
            ShapeA = new OperandShape { Leading = product.RowA },
            ShapeB = new OperandShape { Leading = product.RowB },
        };

        // Whether every row of both operands begins and ends where a vector of four does.
        int lengths = (product.TransposeA ? product.M : product.K) | (product.TransposeB ? product.K : product.N);
        bool isAligned = product.K > 0 && Aligned.To4(lengths | product.RowA | product.RowB, a, b);
        if (product.TransposeA && product.TransposeB)
        {
            Run<AcrossSteps, AlongSteps>(operands, product, c, bias, isAligned);
        }
        else if (product.TransposeA)
        {
            Run<AcrossSteps, AcrossSteps>(operands, product, c, bias, isAligned);
        }
        else if (product.TransposeB)
        {
            Run<AlongSteps, AlongSteps>(operands, product, c, bias, isAligned);
        }
        else
        {
            Run<AlongSteps, AcrossSteps>(operands, product, c, bias, isAligned);
        }
    }

    public override void Multiply(
        DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        Multiply(a, b.View, c, product with { TransposeB = b.Transposed, LeadingB = b.Leading }, bias);
    }

    public override PackedMatrix AllocatePacked(int k, int n) => new(null, k, n);

    // The tile's operands are read in either order, so packing keeps the place and copies nothing.
    public override void Pack(DeviceView<float> b, PackedMatrix packed, bool transpose, int leading = 0)
    {
        MatrixChecks.CheckPack(b, packed, transpose, leading != 0 ? leading : transpose ? packed.K : packed.N);
        packed.Borrow(b, transpose, leading);
    }

    /// <summary>Multiplies operands in any order.</summary>
    /// <param name="arguments">A, B and their shapes; the rest is filled in here.</param>
    /// <param name="product">The product; its layout of A and B is not read.</param>
    /// <param name="c">C.</param>
    /// <param name="bias">The bias, or absent.</param>
    /// <param name="isAligned">Whether A and B can be read as vectors of four, strides between products left out.</param>
    /// <param name="strideBias">Distance between the biases of a batch.</param>
    internal void Run<TOrderA, TOrderB>(
        MatrixTile.Arguments arguments,
        in MatrixProduct product,
        DeviceView<float> c,
        DeviceView<float> bias,
        bool isAligned,
        int strideBias = 0)
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
    {
        executor.Device.Profile?.Count(product);
        MatrixPlan plan = MatrixPlan.Of(product);
        arguments.C = ViewMemory<float>.Of(c);
        arguments.Bias = ViewMemory<float>.Of(bias.IsAbsent ? c : bias);
        (arguments.M, arguments.N, arguments.K) = (product.M, product.N, product.K);
        (arguments.StrideA, arguments.StrideB, arguments.StrideC) = (product.StrideA, product.StrideB, product.StrideC);
        (arguments.Splits, arguments.StepsPerSplit) = (plan.Splits, plan.StepsPerSplit);
        (arguments.LeadingC, arguments.StrideBias) = (product.RowC, bias.IsAbsent ? 0 : strideBias);
        (arguments.HasBias, arguments.Accumulate) = (bias.IsAbsent ? 0 : 1, product.Accumulate ? 1 : 0);
        isAligned &= ((product.StrideA | product.StrideB | product.N) & 3) == 0;
        if (plan.Splits == 1)
        {
            int distances = product.RowC | product.StrideC | arguments.StrideBias;
            LaunchTiles<TOrderA, TOrderB>(plan, arguments, product, isAligned && Aligned.To4(distances, c, bias));
            return;
        }

        int length = checked(product.M * product.N);
        using DeviceBuffer<float> parts = executor.Device.Allocate<float>(checked(plan.Splits * length));
        var sum = new AddSplits<ViewMemory<float>>
        {
            Parts = ViewMemory<float>.Of(parts.View),
            C = arguments.C,
            Bias = arguments.Bias,
            Splits = plan.Splits,
            N = product.N,
            Leading = product.RowC,
            HasBias = arguments.HasBias,
            Accumulate = arguments.Accumulate,
        };
        arguments.C = sum.Parts;
        (arguments.HasBias, arguments.Accumulate, arguments.LeadingC, arguments.StrideC) = (0, 0, product.N, length);
        LaunchTiles<TOrderA, TOrderB>(plan, arguments, product, isAligned);
        executor.Elements(sum, length, Aligned.To4(product.N | product.RowC, c, bias));
    }

    private void LaunchTiles<TOrderA, TOrderB>(
        in MatrixPlan plan, in MatrixTile.Arguments arguments, in MatrixProduct product, bool isAligned)
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
    {
        bool fits = executor.Device.MostThreads >= MatrixTile.Threads(plan.Side)
            && executor.Device.MostSharedBytes >= MatrixTile.SharedBytes(plan.Side);
        int side = fits && (isAligned || plan.Side != MatrixTile.LargeSide) ? plan.Side : MatrixTile.SmallSide;
        var grid = new Index3D(
            (product.N + side - 1) / side, (product.M + side - 1) / side, Math.Max(1, product.Batch) * plan.Splits);
        var config = new KernelConfig(grid, new Index3D(MatrixTile.Threads(side), 1, 1));
        switch (side)
        {
            case MatrixTile.LargeSide:
                executor.Launch(MatrixTile.Multiply<LargeTile, TOrderA, TOrderB, Float4>, config, arguments, 0);
                break;
            case MatrixTile.SlicedSide:
                Launch<SlicedTile, TOrderA, TOrderB>(config, arguments, isAligned);
                break;
            case MatrixTile.NarrowSide:
                Launch<NarrowTile, TOrderA, TOrderB>(config, arguments, isAligned);
                break;
            default:
                Launch<SmallTile, TOrderA, TOrderB>(config, arguments, isAligned);
                break;
        }
    }

    private void Launch<TTile, TOrderA, TOrderB>(KernelConfig config, in MatrixTile.Arguments arguments, bool isAligned)
        where TTile : struct, ITileForm
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
    {
        if (isAligned)
        {
            executor.Launch(MatrixTile.Multiply<TTile, TOrderA, TOrderB, Float4>, config, arguments, 0);
        }
        else
        {
            executor.Launch(MatrixTile.Multiply<TTile, TOrderA, TOrderB, Float1>, config, arguments, 0);
        }
    }
}
