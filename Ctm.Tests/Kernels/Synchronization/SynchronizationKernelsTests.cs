using Ctm.Kernels.Devices;
using Ctm.Kernels.Synchronization;

namespace Ctm.Tests.Kernels.Synchronization;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class SynchronizationKernelsTests(string deviceName)
{
    // Measured float32 against float64: 2e-7 for outputs and state gradients, 4e-7 for decay gradients.
    private const double Tolerance = 4e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCase(1, 1, 1, 1)]
    [TestCase(2, 3, 4, 1)]
    [TestCase(3, 7, 5, 4)]
    [TestCase(2, 16, 16, 5)]
    [TestCase(1, 9, 17, 3)]
    [TestCase(5, 20, 63, 6)]
    [TestCase(2, 129, 64, 2)]
    [TestCase(3, 40, 65, 3)]
    [TestCase(2, 11, 515, 2)]
    public void AllSteps_AwkwardShapes_EqualDirectDefinition(int batch, int neurons, int pairs, int steps)
    {
        using var run = new SynchronizationRun(Device, batch, neurons, pairs, steps, pairs + steps, _ => true);
        var oracle = new SynchronizationOracle(run.Left, run.Right, batch, neurons, steps);
        double[] z = Oracle.Doubles(run.States), decay = Oracle.Doubles(run.Decay), dS = Oracle.Doubles(run.OutputGradient);
        (double[] dz, double[] ddecay) = oracle.Backward(z, decay, dS);
        Oracle.AreClose(run.Betas, oracle.Betas(decay), Tolerance, "beta");
        Oracle.AreClose(run.Output, oracle.Forward(z, decay), Tolerance, "output");
        Oracle.AreClose(run.StateGradient, dz, Tolerance, "state gradient");
        Oracle.AreClose(run.DecayGradient, [.. ddecay.Select(x => 2 + x)], Tolerance, "decay gradient");
        double Loss() => oracle.Forward(z, decay).Zip(dS, (a, b) => a * b).Sum();
        Oracle.GradientHolds(Loss, z, dz, "state gradient");
        Oracle.GradientHolds(Loss, decay, ddecay, "decay gradient");
    }

    [Test]
    public void AllSteps_GradientAtSomeStepsOnly_EqualsOracle([Values(0, 1, 2, 3)] int absent)
    {
        const int batch = 3, neurons = 13, pairs = 21, steps = 4;
        using var run = new SynchronizationRun(Device, batch, neurons, pairs, steps, 77, t => t != absent);
        var oracle = new SynchronizationOracle(run.Left, run.Right, batch, neurons, steps);
        double[] dS = Oracle.Doubles(run.OutputGradient);
        Array.Clear(dS, absent * batch * pairs, batch * pairs);
        (double[] dz, double[] ddecay) = oracle.Backward(Oracle.Doubles(run.States), Oracle.Doubles(run.Decay), dS);
        Oracle.AreClose(run.StateGradient, dz, Tolerance, "state gradient");
        Oracle.AreClose(run.DecayGradient, [.. ddecay.Select(x => 2 + x)], Tolerance, "decay gradient");
    }

    [TestCase(1, 1)]
    [TestCase(5, 8)]
    [TestCase(64, 3)]
    [TestCase(515, 130)]
    public void ForwardBoth_TwoSets_AreWhatEachIsAlone(int firstPairs, int secondPairs)
    {
        const int batch = 3, neurons = 12;
        using var buffers = new Buffers(Device, firstPairs);
        DeviceView<float> state = buffers.Input(batch * neurons);
        using PairIndex firstIndex = Index(firstPairs), secondIndex = Index(secondPairs);
        SynchronizationStep first = Step(firstIndex, isFirst: false), second = Step(secondIndex, isFirst: true);
        SynchronizationStep firstAlone = Copy(first), secondAlone = Copy(second);

        Device.Synchronization.ForwardBoth(state, first, second, batch);

        Device.Synchronization.Forward(state, firstAlone, batch);
        Device.Synchronization.Forward(state, secondAlone, batch);
        foreach ((SynchronizationStep both, SynchronizationStep alone) in new[] { (first, firstAlone), (second, secondAlone) })
        {
            Assert.That(both.Output.ToArray(), Is.EqualTo(alone.Output.ToArray()));
            Assert.That(both.Alpha.ToArray(), Is.EqualTo(alone.Alpha.ToArray()));
        }

        PairIndex Index(int pairs) => new(Device, Every(5, pairs), Every(7, pairs), neurons);

        int[] Every(int step, int pairs) => [.. Enumerable.Range(0, pairs).Select(p => (p * step) % neurons)];

        SynchronizationStep Step(PairIndex index, bool isFirst) => new(
            index,
            buffers.Input(index.Pairs),
            buffers.Input([.. buffers.Values(index.Pairs).Select(x => x + 2)]),
            buffers.Input(batch * index.Pairs),
            buffers.Output(batch * index.Pairs),
            isFirst);

        SynchronizationStep Copy(SynchronizationStep step) => step with
        {
            Alpha = buffers.Input(step.Alpha.ToArray()),
            Output = buffers.Output(step.Output.Length),
        };
    }

    [Test]
    public void Forward_ShortAlpha_SaysWhatIsShort()
    {
        using var buffers = new Buffers(Device, 1);
        using var index = new PairIndex(Device, [0, 1], [1, 1], 2);
        DeviceView<float> four = buffers.Input(4);
        var step = new SynchronizationStep(index, four, four, buffers.Input(3), four, IsFirst: false);
        Assert.That(
            () => Device.Synchronization.Forward(four, step, batch: 2),
            Throws.ArgumentException.With.Message.StartsWith("alpha holds 3 elements, the shape asks for 4"));
    }

    [Test]
    public void AllSteps_FiftySteps_ErrorDoesNotGrow()
    {
        const int batch = 2, neurons = 10, pairs = 24, steps = 50;
        float[] decay = [.. Enumerable.Range(0, pairs).Select(p => p % 3 == 0 ? 0f : 0.02f * p)];
        using var run = new SynchronizationRun(Device, batch, neurons, pairs, steps, 5, _ => true, decay);
        var oracle = new SynchronizationOracle(run.Left, run.Right, batch, neurons, steps);
        double[] z = Oracle.Doubles(run.States), decays = Oracle.Doubles(run.Decay), dS = Oracle.Doubles(run.OutputGradient);
        (double[] dz, double[] ddecay) = oracle.Backward(z, decays, dS);
        Oracle.AreClose(run.Output, oracle.Forward(z, decays), Tolerance, "output");
        Oracle.AreClose(run.StateGradient, dz, Tolerance, "state gradient");
        Oracle.AreClose(run.DecayGradient, [.. ddecay.Select(x => 2 + x)], Tolerance, "decay gradient");
    }

    [Test]
    public void PrepareDecays_PassingOutside_ClampsAndKeepsEverySlope()
    {
        using var buffers = new Buffers(Device, 1);
        DeviceView<float> decay = buffers.Input([-1f, 0f, 0.5f, 15f, 40f]), factors = buffers.Output(5), slopes = buffers.Output(5);
        Device.Synchronization.PrepareDecays(decay, 0f, 15f, factors, slopes, default, 0, 5, passOutside: true);
        Oracle.AreClose(factors, [1, 1, Math.Exp(-0.5), Math.Exp(-15), Math.Exp(-15)], Tolerance, "factors");
        Assert.That(slopes.ToArray(), Is.EqualTo(factors.ToArray().Select(r => -r)));
    }

    [Test]
    public void AllSteps_DecaysAtAndBeyondBounds_AreClampedAndGradientStopsOutsideOnly()
    {
        const int batch = 2, neurons = 6, steps = 4;
        float[] decay = [-1f, 0f, 0.5f, 15f, 40f];
        using var run = new SynchronizationRun(Device, batch, neurons, decay.Length, steps, 3, _ => true, decay);
        var oracle = new SynchronizationOracle(run.Left, run.Right, batch, neurons, steps);
        double[] clamped = [0, 0, 0.5, 15, 15], z = Oracle.Doubles(run.States);
        (double[] dz, double[] ddecay) = oracle.Backward(z, clamped, Oracle.Doubles(run.OutputGradient));
        Oracle.AreClose(run.Output, oracle.Forward(z, clamped), Tolerance, "output");
        Oracle.AreClose(run.StateGradient, dz, Tolerance, "state gradient");
        float[] gradient = run.DecayGradient.ToArray(), slopes = run.Slopes.ToArray(), factors = run.Factors.ToArray();
        Assert.That(gradient[0], Is.EqualTo(2f), "below the bounds");
        Assert.That(gradient[1], Is.EqualTo(2 + ddecay[1]).Within(1e-5), "on the lower bound");
        Assert.That(Math.Abs(ddecay[1]), Is.GreaterThan(0.01), "the case must have a gradient on the bound");
        Assert.That(gradient[2], Is.EqualTo(2 + ddecay[2]).Within(1e-5), "inside");
        Assert.That(slopes[3], Is.EqualTo(-factors[3]).And.LessThan(0f), "on the upper bound");
        Assert.That(gradient[4], Is.EqualTo(2f), "above the bounds");
    }

    [Test]
    public void StateGradient_Accumulate_AddsToWhatIsThere()
    {
        using var buffers = new Buffers(Device, 1);
        using var index = new PairIndex(Device, [0, 2, 2], [1, 2, 0], 4);
        DeviceView<float> state = buffers.Input([1f, 2f, 3f, 4f]), alpha = buffers.Input([10f, 20f, 30f]);
        DeviceView<float> gradient = buffers.Input([0.5f, 0.5f, 0.5f, 0.5f]);
        Device.Synchronization.StateGradient(state, index, alpha, gradient, 1, accumulate: true);
        Assert.That(gradient.ToArray(), Is.EqualTo((float[])[20f + 90f + 0.5f, 10.5f, 120f + 30f + 0.5f, 0.5f]));
        Device.Synchronization.StateGradient(state, index, alpha, gradient, 1, accumulate: false);
        Assert.That(gradient.ToArray(), Is.EqualTo((float[])[110f, 10f, 150f, 0f]));
    }

    [TestCase(0, 4)]
    [TestCase(2, 0)]
    public void Kernels_NoSamplesOrNoPairs_DoNothingAndDoNotFail(int batch, int pairs)
    {
        using var run = new SynchronizationRun(Device, batch, 3, pairs, 2, 1, _ => true);
        Assert.That(run.StateGradient.ToArray(), Is.All.EqualTo(0f));
        Assert.That(run.DecayGradient.ToArray(), Is.All.EqualTo(2f));
    }
}
