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

        executor.Device.Profile?.Count(product);
        MatrixPlan plan = MatrixPlan.Of(product);
        var arguments = new MatrixTile.Arguments
        {
            A = a.Length == 0 ? default : ViewMemory<float>.Of(a),
            B = b.Length == 0 ? default : ViewMemory<float>.Of(b),
            C = ViewMemory<float>.Of(c),
            Bias = ViewMemory<float>.Of(bias.IsAbsent ? c : bias),
            HasBias = bias.IsAbsent ? 0 : 1,
            Accumulate = product.Accumulate ? 1 : 0,
            M = product.M,
            N = product.N,
            K = product.K,
            LeadingA = product.RowA,
            LeadingB = product.RowB,
            LeadingC = product.RowC,
            StrideA = product.StrideA,
            StrideB = product.StrideB,
            StrideC = product.StrideC,
            Splits = plan.Splits,
            StepsPerSplit = plan.StepsPerSplit,
        };
        if (plan.Splits == 1)
        {
            Launch(plan, arguments, product, IsAligned(a, b, c, product, bias));
            return;
        }

        int length = checked(product.M * product.N);
        using DeviceBuffer<float> parts = executor.Device.Allocate<float>(checked(plan.Splits * length));
        arguments.C = ViewMemory<float>.Of(parts.View);
        (arguments.HasBias, arguments.Accumulate, arguments.LeadingC, arguments.StrideC) = (0, 0, product.N, length);
        Launch(plan, arguments, product, IsAligned(a, b, parts.View, product with { LeadingC = 0, StrideC = 0 }, default));
        executor.Elements(
            new AddSplits<ViewMemory<float>>
            {
                Parts = arguments.C,
                C = ViewMemory<float>.Of(c),
                Bias = arguments.Bias,
                Splits = plan.Splits,
                M = product.M,
                N = product.N,
                Leading = product.RowC,
                HasBias = bias.IsAbsent ? 0 : 1,
                Accumulate = product.Accumulate ? 1 : 0,
            },
            length,
            Aligned.To4(product.N | product.RowC, c, bias));
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

    /// <summary>Whether every row of every operand begins and ends where a vector of four does.</summary>
    private static bool IsAligned(DeviceView<float> a, DeviceView<float> b, DeviceView<float> c, in MatrixProduct p, DeviceView<float> bias)
    {
        int lengths = (p.TransposeA ? p.M : p.K) | (p.TransposeB ? p.K : p.N) | p.N;
        int distances = p.RowA | p.RowB | p.RowC | p.StrideA | p.StrideB | p.StrideC;
        return p.K > 0 && Aligned.To4(lengths | distances, a, b, c, bias);
    }

    private void Launch(in MatrixPlan plan, in MatrixTile.Arguments arguments, in MatrixProduct product, bool isAligned)
    {
        int side = isAligned && executor.Device.MostThreads >= MatrixTile.Threads(plan.Side) ? plan.Side : MatrixTile.SmallSide;
        var grid = new Index3D(
            (product.N + side - 1) / side, (product.M + side - 1) / side, Math.Max(1, product.Batch) * plan.Splits);
        var config = new KernelConfig(grid, new Index3D(MatrixTile.Threads(side), 1, 1));
        if (!isAligned)
        {
            LaunchOrder<SmallTile, Float1>(config, arguments, product);
        }
        else if (side == MatrixTile.SmallSide)
        {
            LaunchOrder<SmallTile, Float4>(config, arguments, product);
        }
        else
        {
            LaunchOrder<LargeTile, Float4>(config, arguments, product);
        }
    }

    private void LaunchOrder<TTile, TLanes>(KernelConfig config, in MatrixTile.Arguments arguments, in MatrixProduct product)
        where TTile : struct, ITileForm
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (product.TransposeA && product.TransposeB)
        {
            executor.Launch(MatrixTile.Multiply<TTile, AcrossSteps, AlongSteps, TLanes>, config, arguments, 0);
        }
        else if (product.TransposeA)
        {
            executor.Launch(MatrixTile.Multiply<TTile, AcrossSteps, AcrossSteps, TLanes>, config, arguments, 0);
        }
        else if (product.TransposeB)
        {
            executor.Launch(MatrixTile.Multiply<TTile, AlongSteps, AlongSteps, TLanes>, config, arguments, 0);
        }
        else
        {
            executor.Launch(MatrixTile.Multiply<TTile, AlongSteps, AcrossSteps, TLanes>, config, arguments, 0);
        }
    }
}
