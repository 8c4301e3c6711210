using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Optimizers;

/// <summary>
/// The iteration of <see cref="OptimizerKernels.Orthogonalize"/>. X becomes P X, or X P where it has more rows than columns, with P = a + b
/// G + c G^2 and G the product of X with its own transpose over the longer side. So all three products are of the shorter side.
/// </summary>
internal static class NewtonSchulz
{
    /// <summary>Coefficients a, b and c (Jordan et al. 2024).</summary>
    private const float Constant = 3.4445f, Linear = -4.7750f, Quadratic = 2.0315f;

    public static void Run<TFloats, TInts>(
        Executor<TFloats, TInts> executor, DeviceView<float> matrices, MatrixStack stack, int iterations, DeviceView<float> scratch)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        int gramLength = stack.Count * stack.Side * stack.Side;
        DeviceView<float> other = scratch.Slice(0, stack.Length);
        DeviceView<float> gram = scratch.Slice(stack.Length, gramLength), square = scratch.Slice(stack.Length + gramLength, gramLength);
        DeviceView<float> rows = scratch.Slice(stack.Length + (2 * gramLength), stack.Count * stack.Rows);

        // Iterations go to and fro between the two places, and the last must end in the first.
        (DeviceView<float> from, DeviceView<float> to) = iterations % 2 == 0 ? (matrices, other) : (other, matrices);
        Normalize(executor, matrices, from, rows, stack);
        for (int i = 0; i < iterations; i++)
        {
            Iterate(executor, from, to, gram, square, stack);
            (from, to) = (to, from);
        }
    }

    private static void Normalize<TFloats, TInts>(
        Executor<TFloats, TInts> executor, DeviceView<float> source, DeviceView<float> target, DeviceView<float> squares, MatrixStack stack)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        executor.Rows(
            new MatrixRowSquares<TFloats>
            {
                Matrices = TFloats.Of(source),
                Squares = TFloats.Of(squares),
                Columns = stack.Columns,
            },
            stack.Count * stack.Rows,
            stack.Columns,
            Aligned.To4(stack.Columns, source));
        executor.Rows(
            new NormalizeMatrices<TFloats>
            {
                Source = TFloats.Of(source),
                Squares = TFloats.Of(squares),
                Target = TFloats.Of(target),
                Rows = stack.Rows,
                Columns = stack.Columns,
            },
            stack.Count * stack.Rows,
            stack.Rows + (2 * stack.Columns),
            Aligned.To4(stack.Rows | stack.Columns, source, target, squares));
    }

    private static void Iterate<TFloats, TInts>(
        Executor<TFloats, TInts> executor,
        DeviceView<float> from,
        DeviceView<float> to,
        DeviceView<float> gram,
        DeviceView<float> square,
        MatrixStack stack)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        MatrixMultiplyKernels multiply = executor.Device.MatrixMultiply;
        bool isTall = stack.Rows > stack.Columns;
        int side = stack.Side, sides = side * side, length = stack.MatrixLength;
        multiply.Multiply(from, from, gram, new MatrixProduct(side, side, Math.Max(stack.Rows, stack.Columns))
        {
            TransposeA = isTall,
            TransposeB = !isTall,
            Batch = stack.Count,
            StrideA = length,
            StrideB = length,
            StrideC = sides,
        });
        multiply.Multiply(gram, gram, square, new MatrixProduct(side, side, side)
        {
            Batch = stack.Count,
            StrideA = sides,
            StrideB = sides,
            StrideC = sides,
        });
        executor.Rows(
            new NewtonSchulzPolynomial<TFloats>
            {
                Products = TFloats.Of(gram),
                Squares = TFloats.Of(square),
                Side = side,
                Constant = Constant,
                Linear = Linear,
                Quadratic = Quadratic,
            },
            stack.Count * side,
            3 * side,
            Aligned.To4(side, gram, square));
        (DeviceView<float> left, DeviceView<float> right) = isTall ? (from, square) : (square, from);
        multiply.Multiply(left, right, to, new MatrixProduct(stack.Rows, stack.Columns, side)
        {
            Batch = stack.Count,
            StrideA = isTall ? length : sides,
            StrideB = isTall ? sides : length,
            StrideC = length,
        });
    }
}
