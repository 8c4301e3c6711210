using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>A workspace of several runs is as several workspaces of one, but for the gradients of the parameters: those are summed.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class NeuronLevelModelRunsTests(string deviceName)
{
    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCase(5, 4, 2, 6, 3)]
    [TestCase(8, 3, 0, 9, 2)]
    [TestCase(17, 5, 3, 1, 1)]
    public void Runs_ThreeOfThem_EqualThreeWorkspaces(int neurons, int memory, int hidden, int batch, int ticks)
    {
        const int runs = 3;
        var one = new NeuronLevelModelShape(neurons, memory, hidden, batch, ticks);
        using var parameters = new NeuronLevelModelCase(Device, one);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(one with { Runs = runs });
        NeuronLevelModelCase[] together = Cases(one, runs), apart = Cases(one, runs);
        DeviceView<float>[] windows = [.. together.Select(c => c.Windows())], lastGradients = [.. together.Select(c => c.Windows())];
        DeviceView<float>[] startGradients = [.. together.Select(c => c.WindowOutput())];
        float[][] before = [.. parameters.Gradients.Select(g => g.ToArray())];
        double[][] sums = [.. parameters.Gradients.Select(Oracle.Doubles)];
        for (int step = 0; step < 2; step++)
        {
            workspace.Prepare(NeuronLevelModelCase.Group(parameters.Parameters));
            for (int run = 0; run < runs; run++)
            {
                workspace.SelectRun(run);
                workspace.BeginHistoryFromWindows(windows[run]);
                together[run].Forward(workspace);
            }

            for (int run = runs - 1; run >= 0; run--)
            {
                workspace.SelectRun(run);
                if (run < runs - 1)
                {
                    workspace.BeginBackward(ticks - 1, lastGradients[run]);
                }

                together[run].Backward(workspace);
                workspace.CopyStartWindowGradient(startGradients[run]);
            }

            workspace.Finish(NeuronLevelModelCase.Group(parameters.Gradients));
        }

        for (int run = 0; run < runs; run++)
        {
            using NeuronLevelModelWorkspace alone = Device.NeuronLevelModels.CreateWorkspace(one);
            DeviceView<float> startGradient = apart[run].WindowOutput();
            float[][] started = [.. apart[run].Gradients.Select(g => g.ToArray())];
            alone.Prepare(NeuronLevelModelCase.Group(parameters.Parameters));
            alone.BeginHistoryFromWindows(windows[run]);
            apart[run].Forward(alone);
            if (run < runs - 1)
            {
                alone.BeginBackward(ticks - 1, lastGradients[run]);
            }

            apart[run].Backward(alone);
            alone.CopyStartWindowGradient(startGradient);
            alone.Finish(NeuronLevelModelCase.Group(apart[run].Gradients));
            Assert.That(together[run].Outputs.ToArray(), Is.EqualTo(apart[run].Outputs.ToArray()));
            Assert.That(together[run].PreActivationGradients.ToArray(), Is.EqualTo(apart[run].PreActivationGradients.ToArray()));
            Assert.That(startGradients[run].ToArray(), Is.EqualTo(startGradient.ToArray()));
            for (int p = 0; p < sums.Length; p++)
            {
                float[] after = apart[run].Gradients[p].ToArray();
                sums[p] = [.. sums[p].Select((s, i) => s + (2 * ((double)after[i] - started[p][i])))];
            }
        }

        for (int p = 0; p < sums.Length; p++)
        {
            Oracle.AreClose(parameters.Gradients[p], sums[p], 5e-6, $"parameter {p}");
            Assert.That(parameters.Gradients[p].ToArray(), Is.Not.EqualTo(before[p]));
        }

        foreach (NeuronLevelModelCase c in together.Concat(apart))
        {
            c.Dispose();
        }
    }

    [Test]
    public void SelectRun_OutOfOrder_SaysWhatIsRight()
    {
        var shape = new NeuronLevelModelShape(4, 2, 1, 2, 2, Runs: 2);
        using var run = new NeuronLevelModelCase(Device, shape);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        workspace.Prepare(NeuronLevelModelCase.Group(run.Parameters));
        Assert.That(() => workspace.SelectRun(2), Throws.TypeOf<ArgumentOutOfRangeException>());
        workspace.SelectRun(1);
        Assert.That(() => run.Forward(workspace), Throws.InvalidOperationException.With.Message.Contains("BeginHistory"));
        workspace.BeginHistory(run.StartTrace);
        run.Forward(workspace);
        workspace.Backward(1, run.Tick(run.OutputGradients, 1), run.Tick(run.PreActivationGradients, 1));
        Assert.That(() => workspace.SelectRun(0), Throws.InvalidOperationException.With.Message.Contains("run 1 is not complete"));
    }

    private NeuronLevelModelCase[] Cases(NeuronLevelModelShape shape, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new NeuronLevelModelCase(Device, shape, 10 + i))];
}
