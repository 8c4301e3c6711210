using Ctm.Engine.Autograd;
using Ctm.Engine.Models;
using Ctm.Kernels.Devices;
using Ctm.Tasks.Measures;
using Ctm.Tasks.Sorting;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Tasks.Measures;

[TestFixture]
internal sealed class NeuronDynamicsTests
{
    private const int Ticks = 16;

    [Test]
    public void Of_StillAndSwingingNeurons_CountsTheStillAndFindsTheFrequency([Values(1, 3, 8)] int cycles)
    {
        NeuronDynamics dynamics = Of((tick, neuron) => neuron == 0 ? 0.7f : (float)Math.Cos(2 * Math.PI * cycles * tick / Ticks));

        Assert.That((dynamics.Neurons, dynamics.DeadNeurons), Is.EqualTo((3, 1)));
        Assert.That(dynamics.Spectrum, Has.Length.EqualTo(Ticks / 2));
        Assert.That(dynamics.Spectrum[cycles - 1], Is.EqualTo(1).Within(1e-6));
        Assert.That(dynamics.Spectrum.Sum(), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void Of_NothingMoves_AllNeuronsAreDead()
    {
        NeuronDynamics dynamics = Of((_, neuron) => neuron);

        Assert.That(dynamics.DeadNeurons, Is.EqualTo(3));
    }

    [Test]
    public void Of_FreshDecays_AllStandOnTheLowerBound()
    {
        NeuronDynamics dynamics = Of((tick, _) => tick);

        Assert.That(dynamics.DecaysAtBound, Is.EqualTo(1));
    }

    private static NeuronDynamics Of(Func<int, int, float> value)
    {
        const int batch = 2, neurons = 3;
        ComputeDevice device = TestDevices.Open("cpu");
        using Model model = SortRecipe.Preset("smoke", ModelKinds.Sort).Model.Create(device, 0);
        using var tape = new Tape(device);
        tape.Begin(recording: false);
        Tensor states = tape.New(Ticks * batch, neurons, needsGradient: false);
        Tensor predictions = tape.New(Ticks * batch, 2, needsGradient: false);
        states.Data.CopyFrom([.. Enumerable.Range(0, Ticks * batch * neurons).Select(i => value(i / (batch * neurons), i % neurons))]);
        var output = new TickOutput { Batch = batch, Ticks = Ticks, Predictions = predictions, PostActivations = states };
        return NeuronDynamics.Of(output, model.Parameters)!;
    }
}
