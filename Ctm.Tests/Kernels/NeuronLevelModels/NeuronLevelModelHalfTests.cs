using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>Half precision is float32 on values that have been rounded to it.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class NeuronLevelModelHalfTests(string deviceName)
{
    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCase(20, 7, 5, 6)]
    [TestCase(9, 4, 0, 6)]
    [TestCase(9, 4, 3, 1)]
    public void Forward_AnyValues_EqualsSinglePrecisionOnRoundedOnes(int neurons, int memory, int hidden, int batch)
    {
        var shape = new NeuronLevelModelShape(neurons, memory, hidden, batch, 3);
        using var run = new NeuronLevelModelCase(Device, shape);
        using var rounded = new NeuronLevelModelCase(Device, shape);
        foreach (int temperature in hidden == 0 ? new[] { 2 } : [2, 5])
        {
            run.Parameters[temperature].CopyFrom([1f]);
        }

        for (int i = 0; i < run.Parameters.Length; i++)
        {
            Device.Elementwise.RoundToHalf(run.Parameters[i], rounded.Parameters[i]);
        }

        Device.Elementwise.RoundToHalf(run.StartTrace, rounded.StartTrace);
        Device.Elementwise.RoundToHalf(run.PreActivations, rounded.PreActivations);
        using NeuronLevelModelWorkspace half = Device.NeuronLevelModels.CreateWorkspace(shape with { Precision = StoragePrecision.Half });
        using NeuronLevelModelWorkspace single = Device.NeuronLevelModels.CreateWorkspace(shape);
        using NeuronLevelModelWorkspace unrounded = Device.NeuronLevelModels.CreateWorkspace(shape);
        run.Step(unrounded);
        float[] before = run.Outputs.ToArray();
        run.Step(half);
        rounded.Step(single);
        Assert.That(run.Outputs.ToArray(), Is.EqualTo(rounded.Outputs.ToArray()));
        Assert.That(run.PreActivationGradients.ToArray(), Is.EqualTo(rounded.PreActivationGradients.ToArray()));
        Assert.That(run.Outputs.ToArray(), Is.Not.EqualTo(before));
        Oracle.AreClose(run.Outputs, [.. before.Select(x => (double)x)], 2e-3, "z in half precision");
    }

    [Test]
    public void Windows_Halves_ComeBackAsTheyWere()
    {
        var shape = new NeuronLevelModelShape(6, 5, 2, 3, 1, Precision: StoragePrecision.Half);
        using var run = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        DeviceView<float> windows = run.Windows(), copy = run.WindowOutput();
        workspace.Prepare(NeuronLevelModelCase.Group(run.Parameters));
        workspace.BeginHistoryFromWindows(windows);
        workspace.CopyWindow(-1, copy);
        Assert.That(copy.ToArray(), Is.EqualTo(windows.ToArray()));
    }

    [Test]
    public void Shape_HalfPrecision_MovesFewerBytes()
    {
        var single = new NeuronLevelModelShape(2048, 25, 32, 64, 10);
        NeuronLevelModelShape half = single with { Precision = StoragePrecision.Half };
        Assert.That(half.ForwardBytes() / single.ForwardBytes(), Is.InRange(0.5, 0.56));
        Assert.That(half.BackwardBytes() / single.BackwardBytes(), Is.InRange(0.7, 0.85));
    }
}
