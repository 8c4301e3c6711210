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
        Multiply(a, b.Length == 0 ? default : ViewMemory<float>.Of(b), c, product, bias, (b.Offset & 3) == 0);
    }

    public override void Multiply(
        DeviceView<float> a, PackedMatrix b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias = default)
    {
        MatrixChecks.Check(a, b, c, product, bias);
        MatrixProduct packed = product with { TransposeB = b.Transposed, LeadingB = b.Leading, PrecisionB = b.Precision };
        if (b.Precision == StoragePrecision.Half)
        {
            Multiply(a, HalfViewMemory.Of(b.View), c, packed, bias, isAlignedB: true);
        }
        else
        {
            Multiply(a, b.View, c, packed, bias);
        }
    }

    public override PackedMatrix AllocatePacked(int k, int n, StoragePrecision precision) => new(
        precision == StoragePrecision.Half ? executor.Device.Allocate<float>(StoredFloats.Of<HalfViewMemory>((long)k * n)) : null,
        k,
        n,
        precision);

    // The tile's operands are read in either order, so packing keeps the place and copies nothing where it need not round.
    public override void Pack(DeviceView<float> b, PackedMatrix packed, bool transpose, int leading = 0)
    {
        int row = leading != 0 ? leading : transpose ? packed.K : packed.N;
        MatrixChecks.CheckPack(b, packed, transpose, row);
        if (packed.Precision == StoragePrecision.Single)
        {
            packed.Borrow(b, transpose, leading);
            return;
        }

        int width = transpose ? packed.K : packed.N;
        packed.Keep(transpose);
        executor.Rows(
            new HalfRow<ViewMemory<float>, HalfViewMemory>
            {
                Source = ViewMemory<float>.Of(b),
                Target = HalfViewMemory.Of(packed.View),
                Leading = row,
                Width = width,
            },
            width == 0 ? 0 : transpose ? packed.N : packed.K,
            2 * width,
            Aligned.To4(row | width, b));
    }

    /// <summary>Multiplies operands in any order.</summary>
    /// <param name="arguments">A, B and their shapes; the rest is filled in here.</param>
    /// <param name="product">The product; its layout of A and B is not read.</param>
    /// <param name="c">C.</param>
    /// <param name="bias">The bias, or absent.</param>
    /// <param name="isAligned">Whether A and B can be read as vectors of four, strides between products left out.</param>
    /// <param name="strideBias">Distance between the biases of a batch.</param>
    internal void Run<TOrderA, TOrderB, TRight>(
        MatrixTile.Arguments<TRight> arguments,
        in MatrixProduct product,
        DeviceView<float> c,
        DeviceView<float> bias,
        bool isAligned,
        int strideBias = 0)
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
        where TRight : struct, IMemory<TRight, float>
    {
        executor.Device.Profile?.Count(product);
        MatrixPlan plan = MatrixPlan.Of(product);
        arguments.Target = new TileTarget
        {
            C = ViewMemory<float>.Of(c),
            Bias = ViewMemory<float>.Of(bias.IsAbsent ? c : bias),
            HasBias = bias.IsAbsent ? 0 : 1,
            Accumulate = product.Accumulate ? 1 : 0,
            M = product.M,
            N = product.N,
            LeadingC = product.RowC,
        };
        arguments.K = product.K;
        (arguments.StrideA, arguments.StrideB, arguments.StrideC) = (product.StrideA, product.StrideB, product.StrideC);
        (arguments.Splits, arguments.StepsPerSplit) = (plan.Splits, plan.StepsPerSplit);
        arguments.StrideBias = bias.IsAbsent ? 0 : strideBias;
        isAligned &= ((product.StrideA | product.StrideB | product.N) & 3) == 0;
        if (plan.Splits == 1)
        {
            int distances = product.RowC | product.StrideC | arguments.StrideBias;
            LaunchTiles<TOrderA, TOrderB, TRight>(plan, arguments, product, isAligned && Aligned.To4(distances, c, bias));
            return;
        }

        int length = checked(product.M * product.N);
        using DeviceBuffer<float> parts = executor.Device.Allocate<float>(checked(plan.Splits * length));
        var sum = new AddSplits<ViewMemory<float>>
        {
            Parts = ViewMemory<float>.Of(parts.View),
            C = arguments.Target.C,
            Bias = arguments.Target.Bias,
            Splits = plan.Splits,
            N = product.N,
            Leading = product.RowC,
            HasBias = arguments.Target.HasBias,
            Accumulate = arguments.Target.Accumulate,
        };
        arguments.Target.C = sum.Parts;
        (arguments.Target.HasBias, arguments.Target.Accumulate, arguments.Target.LeadingC) = (0, 0, product.N);
        arguments.StrideC = length;
        LaunchTiles<TOrderA, TOrderB, TRight>(plan, arguments, product, isAligned);
        executor.Elements(sum, length, Aligned.To4(product.N | product.RowC, c, bias));
    }

    private void Multiply<TRight>(
        DeviceView<float> a, TRight b, DeviceView<float> c, in MatrixProduct product, DeviceView<float> bias, bool isAlignedB)
        where TRight : struct, IMemory<TRight, float>
    {
        if (product.M == 0 || product.N == 0)
        {
            return;
        }

        var operands = new MatrixTile.Arguments<TRight>
        {
            A = a.Length == 0 ? default : ViewMemory<float>.Of(a),
            B = b,
            ShapeA = new OperandShape { Leading = product.RowA },
            ShapeB = new OperandShape { Leading = product.RowB },
        };

        // Whether every row of both operands begins and ends where a vector of four does.
        int lengths = (product.TransposeA ? product.M : product.K) | (product.TransposeB ? product.K : product.N);
        bool isAligned = isAlignedB && product.K > 0 && Aligned.To4(lengths | product.RowA | product.RowB, a);
        if (product.TransposeA && product.TransposeB)
        {
            Run<AcrossSteps, AlongSteps, TRight>(operands, product, c, bias, isAligned);
        }
        else if (product.TransposeA)
        {
            Run<AcrossSteps, AcrossSteps, TRight>(operands, product, c, bias, isAligned);
        }
        else if (product.TransposeB)
        {
            Run<AlongSteps, AlongSteps, TRight>(operands, product, c, bias, isAligned);
        }
        else
        {
            Run<AlongSteps, AcrossSteps, TRight>(operands, product, c, bias, isAligned);
        }
    }

    private void LaunchTiles<TOrderA, TOrderB, TRight>(
        in MatrixPlan plan, in MatrixTile.Arguments<TRight> arguments, in MatrixProduct product, bool isAligned)
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
        where TRight : struct, IMemory<TRight, float>
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
                executor.Launch(MatrixTile.Multiply<LargeTile, TOrderA, TOrderB, Float4, TRight>, config, arguments, 0);
                break;
            case MatrixTile.SlicedSide:
                Launch<SlicedTile, TOrderA, TOrderB, TRight>(config, arguments, isAligned);
                break;
            case MatrixTile.NarrowSide:
                Launch<NarrowTile, TOrderA, TOrderB, TRight>(config, arguments, isAligned);
                break;
            default:
                Launch<SmallTile, TOrderA, TOrderB, TRight>(config, arguments, isAligned);
                break;
        }
    }

    private void Launch<TTile, TOrderA, TOrderB, TRight>(KernelConfig config, in MatrixTile.Arguments<TRight> arguments, bool isAligned)
        where TTile : struct, ITileForm
        where TOrderA : struct, IOperandOrder
        where TOrderB : struct, IOperandOrder
        where TRight : struct, IMemory<TRight, float>
    {
        if (isAligned)
        {
            executor.Launch(MatrixTile.Multiply<TTile, TOrderA, TOrderB, Float4, TRight>, config, arguments, 0);
        }
        else
        {
            executor.Launch(MatrixTile.Multiply<TTile, TOrderA, TOrderB, Float1, TRight>, config, arguments, 0);
        }
    }
}
