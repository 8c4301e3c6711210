using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class NeuronLevelModelKernelsTests(string deviceName)
{
    // Measured float32 against float64, relative to the largest element: 1.5e-7, temperatures' gradients 4.6e-7.
    private const double Tolerance = 5e-6;

    // Devices keep the hidden units' gradients in half precision on the way to those of the weights: measured 3e-4, temperatures' gradients 1.1e-3.
    private const double HalfTolerance = 4e-3;
    private static readonly string[] ParameterNames = ["w1", "b1", "T1", "w2", "b2", "T2"];

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCase(1, 1, 1, 1, 1)]
    [TestCase(1, 3, 0, 2, 2)]
    [TestCase(3, 1, 0, 1, 3)]
    [TestCase(3, 2, 1, 4, 3)]
    [TestCase(4, 5, 3, 3, 2)]
    [TestCase(5, 3, 2, 5, 4)]
    [TestCase(7, 4, 0, 9, 6)]
    [TestCase(8, 2, 5, 8, 3)]
    [TestCase(15, 3, 2, 7, 2)]
    [TestCase(16, 2, 2, 6, 5)]
    [TestCase(17, 2, 1, 1, 4)]
    [TestCase(20, 4, 0, 13, 2)]
    [TestCase(33, 3, 2, 16, 2)]
    [TestCase(12, 6, 4, 17, 3)]
    [TestCase(17, 37, 5, 6, 2)]
    [TestCase(3, 65, 1, 18, 1)]
    public void Step_AwkwardShapes_EqualsOracle(int neurons, int memory, int hidden, int batch, int ticks)
    {
        Check(new NeuronLevelModelShape(neurons, memory, hidden, batch, ticks), Tolerance);
    }

    [TestCase(3, 2, 1, 4, 3)]
    [TestCase(5, 3, 2, 5, 4)]
    [TestCase(7, 4, 0, 9, 6)]
    [TestCase(12, 6, 4, 17, 3)]
    [TestCase(17, 2, 1, 1, 4)]
    [TestCase(17, 37, 5, 6, 2)]
    [TestCase(20, 4, 0, 13, 2)]
    public void Step_HalvesKeptInHalfPrecision_EqualsOracle(int neurons, int memory, int hidden, int batch, int ticks) =>
        Check(new NeuronLevelModelShape(neurons, memory, hidden, batch, ticks, Precision: StoragePrecision.Half), HalfTolerance);

    private void Check(NeuronLevelModelShape shape, double gradientTolerance)
    {
        (int neurons, int memory, int batch) = (shape.Neurons, shape.MemoryLength, shape.Batch);
        using var run = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        NeuronLevelModelOracle oracle = run.NewOracle();
        double[][] before = [.. run.Gradients.Select(Oracle.Doubles)];
        double[] startBefore = Oracle.Doubles(run.StartTraceGradient);
        run.Step(workspace);
        oracle.Run();
        Oracle.AreClose(run.Outputs, oracle.Outputs, Tolerance, "z");
        Oracle.AreClose(run.PreActivationGradients, oracle.PreActivationGradients, Tolerance, "pre-activation gradient");
        for (int i = 0; i < before.Length; i++)
        {
            double[] expected = [.. before[i].Zip(oracle.ParameterGradients[i], (a, b) => a + b)];
            Oracle.AreClose(run.Gradients[i], expected, gradientTolerance, ParameterNames[i] + " gradient");
        }

        int window = neurons * memory;
        double[] start = [.. startBefore.Select((x, i) => x + Enumerable.Range(0, batch).Sum(s => oracle.StartGradient[(s * window) + i]))];
        Oracle.AreClose(run.StartTraceGradient, start, Tolerance, "start trace gradient");
    }
}
