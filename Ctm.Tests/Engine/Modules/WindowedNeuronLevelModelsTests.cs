using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Modules;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class WindowedNeuronLevelModelsTests(string deviceName)
{
    private const int Batch = 3, Neurons = 13, Memory = 4, Hidden = 3, Ticks = 6;

    private delegate INeuronLevelModels Create(ParameterSet set, Parameter trace, int hidden);

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void WholePass_WithoutNormAndDropout_EqualsFusedModels([Values(0, Hidden)] int hidden)
    {
        (float[][] windowed, float[][] windowedGradients) = Pass((s, t, h) => Windowed(s, t, h, 0f), hidden, training: true);
        (float[][] fused, float[][] fusedGradients) = Pass((s, t, h) => new NeuronLevelModels(s, t, Neurons, Memory, h), hidden, training: true);

        // Measured: 1e-6 of the largest value.
        for (int i = 0; i < fused.Length; i++)
        {
            Oracle.AreClose(windowed[i], [.. fused[i].Select(x => (double)x)], 1e-5, $"tick {i}");
        }

        Assert.That(windowedGradients, Has.Length.EqualTo(fusedGradients.Length));
        for (int i = 0; i < fusedGradients.Length; i++)
        {
            Oracle.AreClose(windowedGradients[i], [.. fusedGradients[i].Select(x => (double)x)], 1e-5, $"gradient {i}");
        }
    }

    [Test]
    public void Forward_WithDropout_DropsInTrainingOnly()
    {
        Create dropping = (s, t, h) => Windowed(s, t, h, 0.5f), keeping = (s, t, h) => Windowed(s, t, h, 0f);
        float[][] expected = Pass(keeping, Hidden, training: false).Outputs;
        Assert.That(Pass(dropping, Hidden, training: false).Outputs, Is.EqualTo(expected));
        float[][] dropped = Pass(dropping, Hidden, training: true).Outputs;
        Assert.That(dropped[0], Is.Not.EqualTo(expected[0]));
        Assert.That(dropped[^1], Is.Not.EqualTo(expected[^1]));
    }

    private static WindowedNeuronLevelModels Windowed(ParameterSet set, Parameter trace, int hidden, float dropout) =>
        new(set, trace, Neurons, Memory, hidden, normalize: false, dropout);

    // Outputs of all ticks; gradients of all parameters and of the pre-activations.
    private (float[][] Outputs, float[][] Gradients) Pass(Create create, int hidden, bool training)
    {
        using var set = new ParameterSet(Device);
        Parameter trace = set.Add("start_trace", [Neurons, Memory], Initializer.Uniform(1));
        INeuronLevelModels models = create(set, trace, hidden);
        set.Allocate(3);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 9);
        tape.Begin(training);
        Tensor[] inputs = [.. Enumerable.Range(0, Ticks).Select(_ => tape.New(Batch, Neurons))];
        models.Begin(tape, Batch, Ticks);
        Tensor z = inputs[0];
        tape.BeginRecurrence(Ticks);
        for (int t = 0; t < Ticks; t++)
        {
            inputs[t].Data.CopyFrom(buffers.Values(Batch * Neurons));
            tape.BeginTick(t);
            z = models.Forward(tape, inputs[t], t);
        }

        tape.EndRecurrence();
        Tensor all = tape.AllTicks(z);
        float[][] outputs = [.. all.Data.ToArray().Chunk(Batch * Neurons)];
        if (!training)
        {
            return (outputs, []);
        }

        all.Gradient.CopyFrom(buffers.Values(all.Length));
        all.MarkGradient();
        tape.Backward();
        return (outputs, [.. set.Parameters.Select(p => p.Gradient.ToArray()), .. inputs.Select(x => x.Gradient.ToArray())]);
    }
}
