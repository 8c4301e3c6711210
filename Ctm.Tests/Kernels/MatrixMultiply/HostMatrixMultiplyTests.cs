using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Tests.Kernels.MatrixMultiply;

/// <summary>What the host divides by itself: blocks of panels, parts of k, threads.</summary>
internal sealed class HostMatrixMultiplyTests
{
    // Measured float32 against float64 at k 4,200: below 1e-6 of the largest value.
    private const double Tolerance = 5e-6;

    // More steps than a transposed A's tiles hold at a time, more panels than a block has, and a last panel in part.
    private static readonly MatrixProduct Long = new(37, 301, 4200);

    [Test]
    public void Multiply_InParts_EqualsOracleAndItselfWithPackedB(
        [Values] bool transposeA, [Values] bool transposeB, [Values] bool accumulate, [Values(0, 3)] int further)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        using var buffers = new Buffers(device, 11);
        (int rowA, int rowB) = ((transposeA ? Long.M : Long.K) + further, (transposeB ? Long.K : Long.N) + further);
        MatrixProduct product = Long with
        {
            TransposeA = transposeA,
            TransposeB = transposeB,
            Accumulate = accumulate,
            LeadingA = rowA,
            LeadingB = rowB,
        };
        DeviceView<float> a = buffers.Input((transposeA ? Long.K : Long.M) * rowA), b = buffers.Input((transposeB ? Long.N : Long.K) * rowB);
        DeviceView<float> bias = accumulate ? default : buffers.Input(Long.N), start = buffers.Input(Long.M * Long.N);
        DeviceView<float> c = buffers.Input(start.ToArray()), packedC = buffers.Input(start.ToArray());
        device.MatrixMultiply.Multiply(a, b, c, product, bias);
        using PackedMatrix packed = device.MatrixMultiply.AllocatePacked(Long.K, Long.N);
        device.MatrixMultiply.Pack(b, packed, transposeB, rowB);
        device.MatrixMultiply.Multiply(a, packed, packedC, product, bias);
        Assert.That(packedC.ToArray(), Is.EqualTo(c.ToArray()));

        double[] x = Oracle.Doubles(a), y = Oracle.Doubles(b), z = accumulate ? Oracle.Doubles(start) : Oracle.Doubles(bias);
        var expected = new double[Long.M * Long.N];
        for (int i = 0; i < expected.Length; i++)
        {
            (int m, int n) = (i / Long.N, i % Long.N);
            double sum = accumulate ? z[i] : z[n];
            for (int k = 0; k < Long.K; k++)
            {
                sum += x[transposeA ? (k * rowA) + m : (m * rowA) + k] * y[transposeB ? (n * rowB) + k : (k * rowB) + n];
            }

            expected[i] = sum;
        }

        Oracle.AreClose(c, expected, Tolerance, "C");
    }

    [Test]
    public void Multiply_OneAndTwoThreads_BitEqual()
    {
        float[] Run(int threads)
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var buffers = new Buffers(device, 5);
            DeviceView<float> a = buffers.Input(300 * 700), b = buffers.Input(700 * 190), c = buffers.Output(300 * 190);
            device.MatrixMultiply.Multiply(a, b, c, new MatrixProduct(300, 190, 700) { TransposeA = true });
            return c.ToArray();
        }

        Assert.That(Run(2), Is.EqualTo(Run(1)));
    }
}
