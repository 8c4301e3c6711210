using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Tests.Kernels.Optimizers;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class MuonTests(string deviceName)
{
    // Measured float32 against float64, on the host and the simulator: steps 1.5e-7, iterations 9.4e-7.
    private const double StepTolerance = 1e-6, IterationTolerance = 1e-5;

    private static readonly int[] Lengths = [35, 1024, 17, 2100];
    private static readonly float[] Rates = [0f, 3f, 0.5f, 0f];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void MuonMomentum_ThreeSteps_EqualsOracleAndLeavesOtherTensors([Values] bool scales)
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 11);
        DeviceView<float> momentum = buffers.Input(layout.Length), directions = buffers.Input(layout.Length);
        DeviceView<float> rates = buffers.Input(Rates), scale = scales ? buffers.Input([0.25f]) : default;
        double[] m = Oracle.Doubles(momentum), d = Oracle.Doubles(directions);
        for (int n = 0; n < 3; n++)
        {
            DeviceView<float> gradients = buffers.Input(layout.Length);
            double[] g = Oracle.Doubles(gradients);
            Device.Optimizers.MuonMomentum(gradients, momentum, directions, rates, scale, 0.9f, layout);
            for (int i = 0; i < m.Length; i++)
            {
                if (Rates[layout.TensorOf(i)] != 0)
                {
                    m[i] = (0.9 * m[i]) + ((scales ? 0.25 : 1) * g[i]);
                    d[i] = ((scales ? 0.25 : 1) * g[i]) + (0.9 * m[i]);
                }
            }
        }

        Oracle.AreClose(momentum, m, StepTolerance, "momentum");
        Oracle.AreClose(directions, d, StepTolerance, "directions");
    }

    [Test]
    public void Muon_MovesMatricesAlongDirections_AndOthersAsAdamWDoes()
    {
        using var layout = new ArenaLayout(Device, Lengths);
        using var buffers = new Buffers(Device, 12);
        DeviceView<float> parameters = buffers.Input(layout.Length), same = buffers.Input(parameters.ToArray());
        DeviceView<float> gradients = buffers.Input(layout.Length), directions = buffers.Input(layout.Length), rates = buffers.Input(Rates);
        DeviceView<float> scale = buffers.Input([0.3f]), settings = buffers.Input(Settings());
        DeviceView<float>[] moments = [.. Enumerable.Range(0, 4).Select(_ => buffers.Input(new float[layout.Length]))];
        double[] expected = Oracle.Doubles(parameters), d = Oracle.Doubles(directions);
        var step = AdamWStep.At(1, 0.01);
        Device.Optimizers.Muon(parameters, gradients, directions, rates, moments[0], moments[1], settings, scale, step, layout);
        Device.Optimizers.AdamW(same, gradients, moments[2], moments[3], settings, scale, step, layout);
        double[] adam = Oracle.Doubles(same);
        for (int i = 0; i < expected.Length; i++)
        {
            int tensor = layout.TensorOf(i);
            expected[i] = Rates[tensor] == 0
                ? adam[i]
                : (Math.Clamp(expected[i], -0.5, 0.5) * (1 - (0.01 * 0.2))) - (0.01 * Rates[tensor] * d[i]);
        }

        Oracle.AreClose(parameters, expected, StepTolerance, "parameters");
        foreach (int moment in new[] { 0, 1 })
        {
            float[] values = moments[moment].ToArray(), others = moments[moment + 2].ToArray();
            for (int i = 0; i < values.Length; i++)
            {
                Assert.That(values[i], Is.EqualTo(Rates[layout.TensorOf(i)] == 0 ? others[i] : 0f), $"moment {moment} at {i}");
            }
        }
    }

    [TestCase(1, 4, 4, 5)]
    [TestCase(1, 1, 9, 3)]
    [TestCase(3, 5, 12, 5)]
    [TestCase(2, 19, 7, 4)]
    [TestCase(1, 33, 64, 1)]
    [TestCase(2, 48, 40, 5)]
    public void Orthogonalize_EqualsOracle(int count, int rows, int columns, int iterations)
    {
        using var buffers = new Buffers(Device, 13);
        var stack = new MatrixStack(count, rows, columns);
        DeviceView<float> matrices = buffers.Input(stack.Length), scratch = buffers.Output(stack.ScratchLength);
        double[] expected = [.. Oracle.Doubles(matrices).Chunk(rows * columns).SelectMany(m => Iterated(m, rows, columns, iterations))];
        Device.Optimizers.Orthogonalize(matrices, stack, iterations, scratch);
        Oracle.AreClose(matrices, expected, IterationTolerance, "matrices");
    }

    [TestCase(24, 40)]
    [TestCase(40, 24)]
    public void Orthogonalize_FiveIterations_BringsSingularValuesNearOneWhateverTheScale(int rows, int columns)
    {
        using var buffers = new Buffers(Device, 14);
        var stack = new MatrixStack(1, rows, columns);
        float[] values = buffers.Values(stack.Length);
        foreach (float scale in new[] { 1f, 1e-8f, 1e8f })
        {
            DeviceView<float> matrix = buffers.Input([.. values.Select(x => x * scale)]);
            Device.Optimizers.Orthogonalize(matrix, stack, 5, buffers.Output(stack.ScratchLength));
            double[] x = Oracle.Doubles(matrix);

            // x^T X^T X x lies between the squares of the smallest and the largest singular value, for vectors of length 1 of the shorter side.
            var random = new Random(3);
            for (int trial = 0; trial < 50; trial++)
            {
                double[] v = [.. Enumerable.Range(0, stack.Side).Select(_ => random.NextDouble() - 0.5)];
                double length = Math.Sqrt(v.Sum(a => a * a)), sum = 0;
                for (int j = 0; j < Math.Max(rows, columns); j++)
                {
                    double dot = 0;
                    for (int i = 0; i < stack.Side; i++)
                    {
                        dot += v[i] / length * (rows < columns ? x[(i * columns) + j] : x[(j * columns) + i]);
                    }

                    sum += dot * dot;
                }

                Assert.That(Math.Sqrt(sum), Is.InRange(0.6, 1.25), $"scale {scale}");
            }
        }
    }

    [Test]
    public void Orthogonalize_Zeros_StayZeros()
    {
        using var buffers = new Buffers(Device, 15);
        var stack = new MatrixStack(2, 6, 9);
        DeviceView<float> matrices = buffers.Input(new float[stack.Length]);
        Device.Optimizers.Orthogonalize(matrices, stack, 5, buffers.Output(stack.ScratchLength));
        Assert.That(matrices.ToArray(), Is.All.EqualTo(0f));
    }

    [Test]
    public void Orthogonalize_WrongArguments_Throw()
    {
        using var buffers = new Buffers(Device, 16);
        var stack = new MatrixStack(1, 4, 8);
        DeviceView<float> fine = buffers.Input(32), scratch = buffers.Output(stack.ScratchLength);
        OptimizerKernels kernels = Device.Optimizers;
        Assert.That(() => kernels.Orthogonalize(fine, stack, 0, scratch), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => kernels.Orthogonalize(fine, stack with { Rows = 0 }, 5, scratch), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => kernels.Orthogonalize(fine, stack with { Count = 2 }, 5, scratch), Throws.ArgumentException);
        Assert.That(() => kernels.Orthogonalize(fine, stack, 5, fine), Throws.ArgumentException);
    }

    [Test]
    public void Orthogonalize_OneAndTwoThreads_AreBitEqual()
    {
        float[][] results = [.. new[] { 1, 2 }.Select(threads =>
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var buffers = new Buffers(device, 17);
            var stack = new MatrixStack(2, 130, 190);
            DeviceView<float> matrices = buffers.Input(stack.Length);
            device.Optimizers.Orthogonalize(matrices, stack, 3, buffers.Output(stack.ScratchLength));
            return matrices.ToArray();
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
        Assert.That(results[0], Has.None.NaN);
    }

    private static double[] Iterated(double[] matrix, int rows, int columns, int iterations)
    {
        double norm = Math.Sqrt(matrix.Sum(x => x * x));
        double[] x = [.. matrix.Select(v => v / norm)];
        for (int n = 0; n < iterations; n++)
        {
            double[] gram = Product(x, Transposed(x, rows, columns), rows, columns, rows), square = Product(gram, gram, rows, rows, rows);
            double[] once = Product(gram, x, rows, rows, columns), twice = Product(square, x, rows, rows, columns);
            x = [.. x.Select((v, i) => (3.4445 * v) - (4.7750 * once[i]) + (2.0315 * twice[i]))];
        }

        return x;
    }

    private static double[] Transposed(double[] x, int rows, int columns)
    {
        var result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            result[(i % columns * rows) + (i / columns)] = x[i];
        }

        return result;
    }

    private static double[] Product(double[] a, double[] b, int m, int k, int n)
    {
        var c = new double[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                for (int j = 0; j < n; j++)
                {
                    c[(i * n) + j] += a[(i * k) + p] * b[(p * n) + j];
                }
            }
        }

        return c;
    }

    private static float[] Settings() => [.. Lengths.SelectMany(_ => new[] { 0.2f, -0.5f, 0.5f })];
}
