using Ctm.Kernels.Devices;
using Ctm.Kernels.SuperLinear;

namespace Ctm.Tests.Kernels.SuperLinear;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class SuperLinearKernelsTests(string deviceName)
{
    // Measured float32 against float64: outputs 2e-7 of the largest value.
    private const double Tolerance = 3e-6;

    private static readonly SuperLinearShape[] Shapes =
    [
        new(0, 5, 3, 2), new(1, 1, 1, 1), new(3, 5, 4, 1), new(2, 4, 5, 2), new(3, 16, 6, 3), new(2, 17, 1, 7), new(5, 31, 7, 6),
        new(4, 64, 5, 8), new(1, 67, 13, 2), new(9, 12, 25, 4),
    ];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCaseSource(nameof(Shapes))]
    public void ForwardAndBackward_AwkwardShapes_EqualOracle(SuperLinearShape shape)
    {
        using var buffers = new Buffers(Device, shape.Neurons);
        var run = new Run(buffers, shape);
        double[] x = Oracle.Doubles(run.Input), w = Oracle.Doubles(run.Weight), bias = Oracle.Doubles(run.Bias);
        double[] t = Oracle.Doubles(run.Temperature), dy = Oracle.Doubles(run.OutputGradient);
        double[] dw = Oracle.Doubles(run.WeightGradient), db = Oracle.Doubles(run.BiasGradient), dt = Oracle.Doubles(run.TemperatureGradient);
        run.Go();
        double[] y = Map(x, w, bias, t[0], shape);
        (double[] X, double[] W, double[] B, double[] T) expected = Gradients(x, w, t[0], y, dy, shape);
        Oracle.AreClose(run.Output, y, Tolerance, "output");
        Oracle.AreClose(run.InputGradient, expected.X, Tolerance, "input gradient");
        Oracle.AreClose(run.WeightGradient, Sum(dw, expected.W), Tolerance, "weight gradient");
        Oracle.AreClose(run.BiasGradient, Sum(db, expected.B), Tolerance, "bias gradient");
        Oracle.AreClose(run.TemperatureGradient, Sum(dt, expected.T), Tolerance, "temperature gradient");
        double Value() => Map(x, w, bias, t[0], shape).Zip(dy, (a, b) => a * b).Sum();
        Oracle.GradientHolds(Value, x, expected.X, "x");
        Oracle.GradientHolds(Value, w, expected.W, "w");
        Oracle.GradientHolds(Value, bias, expected.B, "bias");
        Oracle.GradientHolds(Value, t, expected.T, "T");
    }

    [Test]
    public void Backward_WithoutInputGradient_GivesTheSameParameterGradients()
    {
        using Buffers first = new(Device, 7), second = new(Device, 7);
        var shape = new SuperLinearShape(3, 9, 4, 2);
        Run with = new(first, shape), without = new(second, shape);
        with.Go();
        without.Go(inputGradient: false);
        Assert.That(without.Gradients(), Is.EqualTo(with.Gradients()));
        Assert.That(without.InputGradient.ToArray(), Has.All.NaN);
    }

    [Test]
    public void ForwardAndBackward_OneAndTwoThreads_AreEqualBitByBit()
    {
        using ComputeDevice one = ComputeDevice.Open("cpu", 1), two = ComputeDevice.Open("cpu", 2);
        using Buffers first = new(one, 3), second = new(two, 3);
        var shape = new SuperLinearShape(7, 211, 13, 6);
        Run a = new(first, shape), b = new(second, shape);
        a.Go();
        b.Go();
        Assert.That(b.Output.ToArray(), Is.EqualTo(a.Output.ToArray()));
        Assert.That(b.InputGradient.ToArray(), Is.EqualTo(a.InputGradient.ToArray()));
        Assert.That(b.Gradients(), Is.EqualTo(a.Gradients()));
    }

    [Test]
    public void Forward_ViewTooShort_SaysWhich()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> one = buffers.Input(1), many = buffers.Input(100);
        Assert.That(
            () => Device.SuperLinear.Forward(many, one, many, one, many, new SuperLinearShape(2, 3, 4, 2)),
            Throws.ArgumentException.With.Message.Contains("weight holds 1 elements, the shape asks for 24"));
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[] Map(double[] x, double[] w, double[] bias, double t, SuperLinearShape s)
    {
        var y = new double[s.Batch * s.Neurons * s.Outputs];
        for (int i = 0; i < y.Length; i++)
        {
            int o = i % s.Outputs, neuron = i / s.Outputs, d = neuron % s.Neurons;
            double sum = bias[(d * s.Outputs) + o];
            for (int m = 0; m < s.Inputs; m++)
            {
                sum += x[(neuron * s.Inputs) + m] * w[(((m * s.Outputs) + o) * s.Neurons) + d];
            }

            y[i] = sum / t;
        }

        return y;
    }

    private static (double[] X, double[] W, double[] Bias, double[] T) Gradients(
        double[] x, double[] w, double t, double[] y, double[] dy, SuperLinearShape s)
    {
        double[] dx = new double[x.Length], dw = new double[w.Length], db = new double[s.Neurons * s.Outputs], dt = [0];
        for (int i = 0; i < y.Length; i++)
        {
            int o = i % s.Outputs, neuron = i / s.Outputs, d = neuron % s.Neurons;
            double g = dy[i] / t;
            db[(d * s.Outputs) + o] += g;
            dt[0] -= g * y[i];
            for (int m = 0; m < s.Inputs; m++)
            {
                dx[(neuron * s.Inputs) + m] += g * w[(((m * s.Outputs) + o) * s.Neurons) + d];
                dw[(((m * s.Outputs) + o) * s.Neurons) + d] += g * x[(neuron * s.Inputs) + m];
            }
        }

        return (dx, dw, db, dt);
    }

    /// <summary>One forward and backward; parameter gradients start with values, since they accumulate.</summary>
    private sealed class Run(Buffers buffers, SuperLinearShape s)
    {
        public DeviceView<float> Input { get; } = buffers.Input(s.Batch * s.Neurons * s.Inputs);

        public DeviceView<float> Weight { get; } = buffers.Input(s.Inputs * s.Outputs * s.Neurons);

        public DeviceView<float> Bias { get; } = buffers.Input(s.Outputs * s.Neurons);

        public DeviceView<float> Temperature { get; } = buffers.Input([1.7f]);

        public DeviceView<float> Output { get; } = buffers.Output(s.Batch * s.Neurons * s.Outputs);

        public DeviceView<float> OutputGradient { get; } = buffers.Input(s.Batch * s.Neurons * s.Outputs);

        public DeviceView<float> InputGradient { get; } = buffers.Output(s.Batch * s.Neurons * s.Inputs);

        public DeviceView<float> WeightGradient { get; } = buffers.Input(s.Inputs * s.Outputs * s.Neurons);

        public DeviceView<float> BiasGradient { get; } = buffers.Input(s.Outputs * s.Neurons);

        public DeviceView<float> TemperatureGradient { get; } = buffers.Input(1);

        public void Go(bool inputGradient = true)
        {
            SuperLinearKernels kernels = buffers.Device.SuperLinear;
            kernels.Forward(Input, Weight, Bias, Temperature, Output, s);
            kernels.Backward(
                Input, Weight, Temperature, Output, OutputGradient, inputGradient ? InputGradient : default, WeightGradient, BiasGradient,
                TemperatureGradient, s);
        }

        public float[][] Gradients() => [WeightGradient.ToArray(), BiasGradient.ToArray(), TemperatureGradient.ToArray()];
    }
}
