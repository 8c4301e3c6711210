using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>What a workspace promises beyond one training step.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class NeuronLevelModelWorkspaceTests(string deviceName)
{
    // Measured float32 against float64, relative to the largest element: 1.5e-7, temperatures' gradients 4.6e-7.
    private const double Tolerance = 5e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCase(5, 4, 2, 6, 3)]
    [TestCase(8, 3, 0, 9, 5)]
    public void Windows_DifferBetweenSamples_EqualOracle(int neurons, int memory, int hidden, int batch, int ticks)
    {
        var shape = new NeuronLevelModelShape(neurons, memory, hidden, batch, ticks);
        using var run = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        DeviceView<float> start = run.Windows(), lastGradient = run.Windows();
        DeviceView<float> last = run.WindowOutput(), startGradient = run.WindowOutput(), startCopy = run.WindowOutput();
        workspace.Prepare(NeuronLevelModelCase.Group(run.Parameters));
        workspace.BeginHistoryFromWindows(start);
        workspace.CopyWindow(-1, startCopy);
        run.Forward(workspace);
        workspace.CopyWindow(ticks - 1, last);
        workspace.BeginBackward(ticks - 1, lastGradient);
        run.Backward(workspace);
        workspace.CopyStartWindowGradient(startGradient);
        NeuronLevelModelOracle oracle = run.NewOracle(start, lastGradient);
        oracle.Run();
        Assert.That(startCopy.ToArray(), Is.EqualTo(start.ToArray()));
        Oracle.AreClose(run.Outputs, oracle.Outputs, Tolerance, "z");
        Oracle.AreClose(last, oracle.LastWindow(), 0, "last window");
        Oracle.AreClose(run.PreActivationGradients, oracle.PreActivationGradients, Tolerance, "pre-activation gradient");
        Oracle.AreClose(startGradient, WithoutOldest(oracle.StartGradient, memory), Tolerance, "start window gradient");
    }

    [Test]
    public void Step_Repeated_GivesTheSameBits()
    {
        var shape = new NeuronLevelModelShape(9, 3, 2, 6, 4);
        using var first = new NeuronLevelModelCase(Device, shape);
        using var second = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        first.Step(workspace);
        second.Step(workspace);
        AreEqual(first, second);
    }

    [Test]
    public void Forward_RepeatedWithinBackward_ChangesNothing()
    {
        var shape = new NeuronLevelModelShape(8, 3, 2, 5, 4);
        using var plain = new NeuronLevelModelCase(Device, shape);
        using var recomputed = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        plain.Step(workspace);
        workspace.Prepare(NeuronLevelModelCase.Group(recomputed.Parameters));
        workspace.BeginHistory(recomputed.StartTrace);
        recomputed.Forward(workspace);
        for (int tick = shape.Ticks - 1; tick >= 0; tick--)
        {
            workspace.Forward(tick, recomputed.Tick(recomputed.PreActivations, tick), recomputed.Tick(recomputed.Outputs, tick));
            workspace.Backward(
                tick, recomputed.Tick(recomputed.OutputGradients, tick), recomputed.Tick(recomputed.PreActivationGradients, tick));
        }

        workspace.Finish(NeuronLevelModelCase.Group(recomputed.Gradients), recomputed.StartTraceGradient);
        AreEqual(plain, recomputed);
    }

    [Test]
    public void Forward_UnalignedViews_EqualAligned()
    {
        var shape = new NeuronLevelModelShape(8, 3, 2, 5, 1);
        using var run = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        using var buffers = new Buffers(Device, 1);
        float[] input = run.PreActivations.ToArray(), gradient = run.OutputGradients.ToArray();
        int size = input.Length;
        DeviceView<float> x = buffers.Input([0f, .. input]).Slice(1, size), z = buffers.Output(size + 1).Slice(1, size);
        DeviceView<float> dz = buffers.Input([0f, 0f, .. gradient]).Slice(2, size), dx = buffers.Output(size + 3).Slice(3, size);
        run.Step(workspace);
        workspace.Prepare(NeuronLevelModelCase.Group(run.Parameters));
        workspace.BeginHistory(run.StartTrace);
        workspace.Forward(0, x, z);
        workspace.Backward(0, dz, dx);
        Assert.That(z.ToArray(), Is.EqualTo(run.Outputs.ToArray()));
        Assert.That(dx.ToArray(), Is.EqualTo(run.PreActivationGradients.ToArray()));
    }

    [Test]
    public void Forward_Inference_EqualsTraining()
    {
        var shape = new NeuronLevelModelShape(7, 3, 2, 1, 4);
        using var training = new NeuronLevelModelCase(Device, shape);
        using var inference = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace trained = Device.NeuronLevelModels.CreateWorkspace(shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape, training: false);
        training.Step(trained);
        workspace.Prepare(NeuronLevelModelCase.Group(inference.Parameters));
        workspace.BeginHistory(inference.StartTrace);
        inference.Forward(workspace);
        Assert.That(inference.Outputs.ToArray(), Is.EqualTo(training.Outputs.ToArray()));
        Assert.That(
            () => workspace.Backward(3, inference.Tick(inference.OutputGradients, 3), inference.Tick(inference.PreActivationGradients, 3)),
            Throws.InvalidOperationException.With.Message.Contains("inference"));
    }

    [Test]
    public void Calls_OutOfOrder_SayWhatIsRight()
    {
        var shape = new NeuronLevelModelShape(4, 2, 1, 2, 3);
        using var run = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        NeuronLevelModelParameters parameters = NeuronLevelModelCase.Group(run.Parameters);
        void Forward(int tick) => workspace.Forward(tick, run.Tick(run.PreActivations, 0), run.Tick(run.Outputs, 0));
        void Backward(int tick) => workspace.Backward(tick, run.Tick(run.OutputGradients, 0), run.Tick(run.PreActivationGradients, 0));
        Assert.That(() => Forward(0), Throws.InvalidOperationException.With.Message.Contains("Prepare"));
        workspace.Prepare(parameters);
        Assert.That(() => Forward(0), Throws.InvalidOperationException.With.Message.Contains("BeginHistory"));
        workspace.BeginHistory(run.StartTrace);
        Assert.That(() => Forward(1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("the next is 0"));
        Forward(0);
        Forward(1);
        Assert.That(() => Backward(2), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("0 to 1"));
        Backward(1);
        Assert.That(() => Backward(1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("the next is 0"));
        Assert.That(() => workspace.Finish(parameters), Throws.InvalidOperationException.With.Message.Contains("tick 0"));
        Assert.That(() => workspace.Prepare(parameters with { W2 = run.StartTrace.Slice(0, 3) }), Throws.ArgumentException);
    }

    private static void AreEqual(NeuronLevelModelCase first, NeuronLevelModelCase second)
    {
        Assert.That(second.Outputs.ToArray(), Is.EqualTo(first.Outputs.ToArray()));
        Assert.That(second.PreActivationGradients.ToArray(), Is.EqualTo(first.PreActivationGradients.ToArray()));
        Assert.That(second.StartTraceGradient.ToArray(), Is.EqualTo(first.StartTraceGradient.ToArray()));
        for (int i = 0; i < first.Gradients.Length; i++)
        {
            Assert.That(second.Gradients[i].ToArray(), Is.EqualTo(first.Gradients[i].ToArray()), $"parameter {i}");
        }
    }

    private static double[] WithoutOldest(double[] windows, int memory) => [.. windows.Select((x, i) => i % memory == 0 ? 0 : x)];
}
