using System.Diagnostics;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Tests.Kernels.MatrixMultiply;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class MatrixMultiplyKernelsTests(string deviceName)
{
    // Measured float32 against float64 at k up to 1100: 3e-6 of the largest value.
    private const double Tolerance = 2e-5;

    private static readonly (int M, int N, int K)[] Shapes =
    [
        (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (1, 48, 5), (5, 1, 7), (4, 47, 3), (7, 48, 16), (8, 49, 17), (9, 24, 31),
        (63, 65, 15), (64, 64, 64), (65, 97, 33), (3, 5, 513), (17, 53, 1100), (130, 7, 2),
    ];

    // Sides are multiples of four and leave parts of a tile, so that devices read vectors.
    private static readonly MatrixProduct[] Divided =
    [
        new(68, 72, 44), new(132, 136, 36) { Side = MatrixTile.LargeSide }, new(4, 260, 20) { Side = MatrixTile.LargeSide },
        new(68, 72, 100) { Splits = 3 }, new(33, 35, 70) { Splits = 4 }, new(64, 64, 272),
        new(36, 40, 132) { Side = MatrixTile.SlicedSide }, new(33, 31, 65) { Side = MatrixTile.SlicedSide },
        new(20, 12, 260) { Side = MatrixTile.NarrowSide }, new(17, 15, 1) { Side = MatrixTile.NarrowSide },
    ];

    private static readonly (int M, int N, int K)[] Packed =
    [
        (0, 4, 4), (4, 4, 0), (1, 1, 1), (5, 7, 9), (8, 24, 12), (65, 36, 20), (64, 64, 272), (130, 132, 8),
    ];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Multiply_AwkwardShapes_EqualsOracle(
        [ValueSource(nameof(Shapes))] (int M, int N, int K) s, [Values] bool transposeA, [Values] bool transposeB, [Values] bool accumulate)
    {
        using var buffers = new Buffers(Device, s.M + s.N + s.K);
        var product = new MatrixProduct(s.M, s.N, s.K) { TransposeA = transposeA, TransposeB = transposeB, Accumulate = accumulate };
        DeviceView<float> a = buffers.Input(s.M * s.K), b = buffers.Input(s.K * s.N), bias = buffers.Input(s.N);
        DeviceView<float> c = accumulate ? buffers.Input(s.M * s.N) : buffers.Output(s.M * s.N);
        double[] expected = Expected(product, a, b, accumulate ? c : default, accumulate ? default : bias);
        Device.MatrixMultiply.Multiply(a, b, c, product, accumulate ? default : bias);
        Oracle.AreClose(c, expected, Tolerance, "C");
    }

    [Test]
    public void Multiply_TilesAndSplits_EqualOracle(
        [ValueSource(nameof(Divided))] MatrixProduct p, [Values] bool transposeA, [Values] bool transposeB, [Values] bool accumulate)
    {
        using var buffers = new Buffers(Device, p.M + p.N + p.K);
        MatrixProduct product = p with { TransposeA = transposeA, TransposeB = transposeB, Accumulate = accumulate };
        DeviceView<float> a = buffers.Input(p.M * p.K), b = buffers.Input(p.K * p.N), bias = buffers.Input(p.N);
        DeviceView<float> c = accumulate ? buffers.Input(p.M * p.N) : buffers.Output(p.M * p.N);
        double[] expected = Expected(product, a, b, accumulate ? c : default, accumulate ? default : bias);
        Device.MatrixMultiply.Multiply(a, b, c, product, accumulate ? default : bias);
        Oracle.AreClose(c, expected, Tolerance, "C");
    }

    [TestCase(0, 3)]
    [TestCase(MatrixTile.SlicedSide, 0)]
    [TestCase(MatrixTile.NarrowSide, 0)]
    public void Multiply_DividedSumsIntoAPartOfAWiderMatrix_LeavesTheRestAndRepeatsBitForBit(int side, int splits)
    {
        const int m = 8, n = 12, k = 96, wide = 20;
        using var buffers = new Buffers(Device, 3);
        DeviceView<float> a = buffers.Input(m * k), b = buffers.Input(k * n), bias = buffers.Input(n), c = buffers.Input(m * wide);
        float[] before = c.ToArray();
        var product = new MatrixProduct(m, n, k) { LeadingC = wide, Splits = splits, Side = side };
        Device.MatrixMultiply.Multiply(a, b, c, product, bias);
        float[] first = c.ToArray();
        double[] dense = Expected(product, a, b, default, bias);
        double[] expected = [.. before.Select((value, i) => i % wide < n ? dense[(i / wide * n) + (i % wide)] : value)];
        Oracle.AreClose(c, expected, Tolerance, "C and what lies between its rows");
        Device.MatrixMultiply.Multiply(a, b, c, product, bias);
        Assert.That(c.ToArray(), Is.EqualTo(first));
    }

    [Test]
    public void Multiply_PackedB_EqualsUnpacked([ValueSource(nameof(Shapes))] (int M, int N, int K) s, [Values] bool transposeB)
    {
        using var buffers = new Buffers(Device, s.M + s.N + s.K);
        var product = new MatrixProduct(s.M, s.N, s.K) { TransposeB = transposeB };
        DeviceView<float> a = buffers.Input(s.M * s.K), b = buffers.Input(s.K * s.N);
        DeviceView<float> c = buffers.Output(s.M * s.N), packedC = buffers.Output(s.M * s.N);
        using PackedMatrix packed = Device.MatrixMultiply.AllocatePacked(s.K, s.N);
        Device.MatrixMultiply.Pack(b, packed, transposeB);
        Device.MatrixMultiply.Multiply(a, b, c, product);
        Device.MatrixMultiply.Multiply(a, packed, packedC, product);
        Assert.That(packedC.ToArray(), Is.EqualTo(c.ToArray()));
    }

    [Test]
    public void Multiply_PackedInHalfPrecision_EqualsOracleOfRoundedB(
        [ValueSource(nameof(Packed))] (int M, int N, int K) s, [Values] bool transposeB, [Values(0, 4)] int further)
    {
        using var buffers = new Buffers(Device, s.M + s.N + s.K);
        (int rows, int row) = transposeB ? (s.N, s.K + further) : (s.K, s.N + further);
        var product = new MatrixProduct(s.M, s.N, s.K) { TransposeB = transposeB, LeadingB = row };
        DeviceView<float> a = buffers.Input(s.M * s.K), b = buffers.Input(rows * row), bias = buffers.Input(s.N);
        DeviceView<float> rounded = buffers.Input([.. b.ToArray().Select(x => (float)(Half)x)]), c = buffers.Output(s.M * s.N);
        using PackedMatrix packed = Device.MatrixMultiply.AllocatePacked(s.K, s.N, StoragePrecision.Half);
        Device.MatrixMultiply.Pack(b, packed, transposeB, row);
        Device.MatrixMultiply.Multiply(a, packed, c, product, bias);
        double[] x = Oracle.Doubles(a), y = Oracle.Doubles(rounded), z = Oracle.Doubles(bias);
        var expected = new double[s.M * s.N];
        for (int i = 0; i < expected.Length; i++)
        {
            (int m, int n) = (i / s.N, i % s.N);
            expected[i] = z[n] + Enumerable.Range(0, s.K).Sum(k => x[(m * s.K) + k] * y[transposeB ? (n * row) + k : (k * row) + n]);
        }

        Oracle.AreClose(c, expected, Tolerance, "C");
    }

    [Test]
    public void Multiply_PartsOfWiderMatricesInABatch_EqualsOracle([Values(0, MatrixTile.SlicedSide, MatrixTile.NarrowSide)] int side)
    {
        const int m = 5, n = 6, k = 7, batch = 3;
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> a = buffers.Input(batch * m * 10), b = buffers.Input(batch * n * 9), c = buffers.Input(batch * m * 8);
        float[] before = c.ToArray();
        var product = new MatrixProduct(m, n, k)
        {
            TransposeB = true,
            LeadingA = 10,
            LeadingB = 9,
            LeadingC = 8,
            Side = side,
            Batch = batch,
            StrideA = m * 10,
            StrideB = n * 9,
            StrideC = m * 8,
        };
        Device.MatrixMultiply.Multiply(a, b, c, product);
        double[] x = Oracle.Doubles(a), y = Oracle.Doubles(b);
        double[] expected = [.. before.Select(v => (double)v)];
        for (int i = 0; i < batch * m * n; i++)
        {
            int at = i / (m * n), row = i / n % m, column = i % n;
            expected[(at * m * 8) + (row * 8) + column] =
                Enumerable.Range(0, k).Sum(j => x[(at * m * 10) + (row * 10) + j] * y[(at * n * 9) + (column * 9) + j]);
        }

        Oracle.AreClose(c, expected, Tolerance, "C and what lies between its rows");
    }

    [Test]
    public void Multiply_ViewTooShort_SaysWhatIsNeeded()
    {
        using var buffers = new Buffers(Device, 1);
        var e = Assert.Throws<ArgumentException>(
            () => Device.MatrixMultiply.Multiply(buffers.Input(5), buffers.Input(6), buffers.Output(4), new MatrixProduct(2, 2, 3)));
        Assert.That(e!.Message, Is.EqualTo("A has 5 values in rows of 3, 2x2x3 (m x n x k) needs [2, 3]."));
    }

    [Test, Explicit("prints speed")]
    public void Speed()
    {
        if (deviceName != "cpu")
        {
            return;
        }

        foreach (int threads in new[] { 1, 2 })
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            foreach ((int m, int n, int k, bool ta) in new[]
            {
                (64, 512, 384, false), (64, 128, 256, false), (2304, 48, 432, false), (512, 384, 1024, true), (48, 432, 2304, true),
                (64, 2048, 2560, false), (64, 4096, 2560, false), (4096, 2560, 1600, true), (1024, 1024, 1024, false),
            })
            {
                using var buffers = new Buffers(device, 1);
                DeviceView<float> a = buffers.Input(m * k), b = buffers.Input(n * k), c = buffers.Output(m * n);
                using PackedMatrix packed = device.MatrixMultiply.AllocatePacked(k, n);
                device.MatrixMultiply.Pack(b, packed, false);
                var product = new MatrixProduct(m, n, k) { TransposeA = ta };
                double Best(Action action)
                {
                    double best = double.MaxValue;
                    for (int i = 0; i < 30; i++)
                    {
                        long start = Stopwatch.GetTimestamp();
                        action();
                        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
                    }

                    return best;
                }

                double plain = Best(() => device.MatrixMultiply.Multiply(a, b, c, product));
                double ready = Best(() => device.MatrixMultiply.Multiply(a, packed, c, product));
                TestContext.Out.WriteLine(
                    $"{threads} threads {m}x{n}x{k} {(ta ? "T" : " ")} packing {product.Flops / plain / 1e9:F0}, packed {product.Flops / ready / 1e9:F0} GFLOP/s, {ready * 1e6:F0} us");
            }
        }
    }

    private static double[] Expected(in MatrixProduct p, DeviceView<float> a, DeviceView<float> b, DeviceView<float> c, DeviceView<float> bias)
    {
        double[] x = Oracle.Doubles(a), y = Oracle.Doubles(b);
        double[] z = c.IsAbsent ? new double[p.M * p.N] : Oracle.Doubles(c);
        double[] more = bias.IsAbsent ? new double[p.N] : Oracle.Doubles(bias);
        for (int i = 0; i < p.M; i++)
        {
            for (int j = 0; j < p.N; j++)
            {
                double sum = z[(i * p.N) + j] + more[j];
                for (int k = 0; k < p.K; k++)
                {
                    sum += x[p.TransposeA ? (k * p.M) + i : (i * p.K) + k] * y[p.TransposeB ? (j * p.K) + k : (k * p.N) + j];
                }

                z[(i * p.N) + j] = sum;
            }
        }

        return z;
    }
}
