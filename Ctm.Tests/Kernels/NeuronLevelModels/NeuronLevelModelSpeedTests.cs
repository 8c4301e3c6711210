using System.Diagnostics;
using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>Prints what one host thread reaches: the best of a few training steps, by tick.</summary>
[TestFixture]
[Explicit]
[Category("Slow")]
internal sealed class NeuronLevelModelSpeedTests
{
    [TestCase(2048, 25, 32, 64)]
    [TestCase(1024, 25, 4, 64)]
    [TestCase(256, 8, 4, 64)]
    [TestCase(1024, 25, 0, 64)]
    [TestCase(2048, 25, 32, 1)]
    public void Tick_OneThread_PrintsRates(int neurons, int memory, int hidden, int batch)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        var shape = new NeuronLevelModelShape(neurons, memory, hidden, batch, 6);
        using var run = new NeuronLevelModelCase(device, shape);
        using NeuronLevelModelWorkspace workspace = device.NeuronLevelModels.CreateWorkspace(shape);
        double forward = double.MaxValue, backward = double.MaxValue, rest = double.MaxValue;
        for (int i = 0; i < 12; i++)
        {
            long start = Stopwatch.GetTimestamp();
            workspace.Prepare(NeuronLevelModelCase.Group(run.Parameters));
            workspace.BeginHistory(run.StartTrace);
            double around = Stopwatch.GetElapsedTime(start).TotalSeconds;
            for (int tick = 0; tick < shape.Ticks; tick++)
            {
                start = Stopwatch.GetTimestamp();
                workspace.Forward(tick, run.Tick(run.PreActivations, tick), run.Tick(run.Outputs, tick));
                forward = Math.Min(forward, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            for (int tick = shape.Ticks - 1; tick >= 0; tick--)
            {
                start = Stopwatch.GetTimestamp();
                workspace.Backward(tick, run.Tick(run.OutputGradients, tick), run.Tick(run.PreActivationGradients, tick));
                backward = Math.Min(backward, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            start = Stopwatch.GetTimestamp();
            workspace.Finish(NeuronLevelModelCase.Group(run.Gradients), run.StartTraceGradient);
            rest = Math.Min(rest, around + Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        TestContext.Out.WriteLine(
            $"B{batch} D{neurons} M{memory} H{hidden}: forward {shape.ForwardFlops() / forward / 1e9:F0} GFLOP/s ({forward * 1e3:F3} ms), "
            + $"backward {shape.BackwardFlops() / backward / 1e9:F0} GFLOP/s ({backward * 1e3:F3} ms), "
            + $"packing and start {rest * 1e3:F3} ms a step");
        Assert.That(forward, Is.GreaterThan(0));
    }
}
