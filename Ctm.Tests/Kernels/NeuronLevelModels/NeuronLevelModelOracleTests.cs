using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>The oracle itself, the cost functions, and the host's threads.</summary>
[TestFixture]
internal sealed class NeuronLevelModelOracleTests
{
    [TestCase(3, 4, 3, 2, 5)]
    [TestCase(2, 3, 0, 3, 4)]
    public void Gradients_CentralDifferences_Agree(int neurons, int memory, int hidden, int batch, int ticks)
    {
        ComputeDevice device = TestDevices.Open("cpu");
        using var run = new NeuronLevelModelCase(device, new NeuronLevelModelShape(neurons, memory, hidden, batch, ticks));
        NeuronLevelModelOracle oracle = run.NewOracle(run.Windows(), run.Windows());
        oracle.Run();
        double[][] parameters = oracle.ParameterGradients;
        double[] start = oracle.StartGradient, inputs = oracle.PreActivationGradients;
        for (int i = 0; i < parameters.Length; i++)
        {
            Oracle.GradientHolds(oracle.Loss, oracle.Parameters[i], parameters[i], $"parameter {i}");
        }

        Oracle.GradientHolds(oracle.Loss, oracle.Start, start, "start");
        Oracle.GradientHolds(oracle.Loss, oracle.PreActivations, inputs, "pre-activation");
    }

    [TestCase(75, 3, 2, 13)]
    [TestCase(600, 6, 0, 9)]
    public void Step_OneAndTwoThreads_GiveTheSameBits(int neurons, int memory, int hidden, int batch)
    {
        var shape = new NeuronLevelModelShape(neurons, memory, hidden, batch, 3);
        float[][] Run(int threads)
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            using var run = new NeuronLevelModelCase(device, shape);
            using NeuronLevelModelWorkspace workspace = device.NeuronLevelModels.CreateWorkspace(shape);
            run.Step(workspace);
            return
            [
                run.Outputs.ToArray(), run.PreActivationGradients.ToArray(), run.StartTraceGradient.ToArray(),
                .. run.Gradients.Select(g => g.ToArray()),
            ];
        }

        Assert.That(Run(2), Is.EqualTo(Run(1)));
    }

    [Test]
    public void Costs_SmallestShapes_AreCounted()
    {
        // Deep with every size 1: two weights and two biases in each layer, so 4 multiply-adds and 8 parameters.
        var deep = new NeuronLevelModelShape(1, 1, 1, 1, 1);
        Assert.That(deep.ForwardFlops(), Is.EqualTo(8));
        Assert.That(deep.ForwardBytes(), Is.EqualTo(4 * (8 + 1 + 5)));
        Assert.That(deep.BackwardBytes(), Is.EqualTo(4 * ((3 * 8) + 3 + 4)));
        var linear = deep with { HiddenWidth = 0 };
        Assert.That(linear.ForwardFlops(), Is.EqualTo(4));
        Assert.That(linear.BackwardFlops(), Is.EqualTo(8));
        Assert.That(linear.ForwardBytes(), Is.EqualTo(4 * (4 + 1 + 5)));
    }

    [TestCase(0, 1, 1, 1, 1)]
    [TestCase(1, 0, 1, 1, 1)]
    [TestCase(1, 1, -1, 1, 1)]
    [TestCase(1, 1, 1, 0, 1)]
    [TestCase(1, 1, 1, 1, 0)]
    public void CreateWorkspace_ImpossibleShape_Throws(int neurons, int memory, int hidden, int batch, int ticks) => Assert.That(
        () => TestDevices.Open("cpu").NeuronLevelModels.CreateWorkspace(new(neurons, memory, hidden, batch, ticks)),
        Throws.TypeOf<ArgumentOutOfRangeException>());
}
