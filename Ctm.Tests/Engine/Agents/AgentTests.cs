using Ctm.Engine.Agents;
using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Tests.Engine.Files;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Agents;

/// <summary>Agents of all forms: what they compute over steps, their gradients, their memory, their files.</summary>
internal sealed class AgentTests
{
    private const int Steps = 4, Environments = 3;

    // Environment 0 starts anew before step 2, environment 1 before the first step, environment 2 never.
    private static readonly float[] Dones = [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0];

    private static ComputeDevice Device => TestDevices.Open("cpu");

    private static IEnumerable<TestCaseData> Forms => AgentSamples.Forms;

    [TestCaseSource(nameof(Forms))]
    public void Forward_AllStepsAtOnce_EqualsStepByStep(AgentConfiguration configuration)
    {
        using Agent agent = configuration.Create(Device, 3);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 1);
        using AgentState state = agent.CreateState(Environments);
        DeviceView<float> observations = buffers.Input(AgentSamples.Observations(configuration, Steps * Environments, 5));
        DeviceView<float> dones = buffers.Input(Dones);
        tape.Begin(recording: true);
        AgentOutput output = agent.Forward(tape, observations, state, dones, Steps);
        float[] logits = output.Logits.Data.ToArray(), values = output.Values.Data.ToArray(), last = output.SecondState.Data.ToArray();
        var apart = new List<float>();
        var valuesApart = new List<float>();
        for (int step = 0; step < Steps; step++)
        {
            tape.Begin(recording: false);
            int seen = Environments * configuration.ObservationLength;
            AgentOutput one = agent.Forward(
                tape, observations.Slice(step * seen, seen), state, dones.Slice(step * Environments, Environments), 1);
            state.CopyFrom(one);
            apart.AddRange(one.Logits.Data.ToArray());
            valuesApart.AddRange(one.Values.Data.ToArray());
        }

        Oracle.AreClose(logits, [.. apart.Select(x => (double)x)], 1e-5, "logits");
        Oracle.AreClose(values, [.. valuesApart.Select(x => (double)x)], 1e-5, "values");
        Oracle.AreClose(last, Oracle.Doubles(state.Second), 1e-5, "last state");
    }

    [TestCaseSource(nameof(Forms))]
    public void Forward_EpisodeEnded_ForgetsWhatWasBefore(AgentConfiguration configuration)
    {
        using Agent agent = configuration.Create(Device, 3);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 1);
        using AgentState state = agent.CreateState(2);
        float[] fresh = [.. state.First.ToArray().Take(state.Length)];
        float[] seen = AgentSamples.Observations(configuration, 1, 5);
        state.First.CopyFrom([.. state.First.ToArray().Select(x => x + 0.5f)]);
        state.Second.CopyFrom([.. state.Second.ToArray().Select(x => x - 0.5f)]);
        using AgentState started = agent.CreateState(2);
        DeviceView<float> observations = buffers.Input([.. seen, .. seen]);
        float[] Logits(AgentState from, float[] dones)
        {
            tape.Begin(recording: false);
            return agent.Forward(tape, observations, from, buffers.Input(dones), 1).Logits.Data.ToArray();
        }

        int actions = configuration.Actions;
        float[] remembered = Logits(state, [0, 1]), anew = Logits(started, [0, 0]);
        Assert.That(remembered[actions..], Is.EqualTo(anew[actions..]));
        bool remembers = configuration.ContinuousStateTrace;
        Assert.That(remembered[..actions], remembers ? Is.Not.EqualTo(anew[..actions]) : Is.EqualTo(anew[..actions]));
        Assert.That(fresh, Is.Not.All.EqualTo(0f));
    }

    [TestCaseSource(nameof(Forms))]
    public void Backward_EveryParameter_EqualsDifferencesOfTheLoss(AgentConfiguration configuration)
    {
        using Agent agent = configuration.Create(Device, 3);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 1);
        using AgentState state = agent.CreateState(Environments);
        var random = new Random(11);
        DeviceView<float> observations = buffers.Input(AgentSamples.Observations(configuration, Steps * Environments, 5));
        DeviceView<float> dones = buffers.Input(Dones);

        KeepOffKinks(agent.Parameters, random);
        float[] logitWeights = Random(random, Steps * Environments * configuration.Actions), valueWeights = Random(random, Steps * Environments);
        double Loss()
        {
            agent.Parameters.Touch();
            tape.Begin(recording: false);
            AgentOutput output = agent.Forward(tape, observations, state, dones, Steps);
            return Dot(output.Logits.Data.ToArray(), logitWeights) + Dot(output.Values.Data.ToArray(), valueWeights);
        }

        tape.Begin(recording: true);
        agent.Parameters.ClearGradients();
        AgentOutput output = agent.Forward(tape, observations, state, dones, Steps);
        output.Logits.Gradient.CopyFrom(logitWeights);
        output.Logits.MarkGradient();
        output.Values.Gradient.CopyFrom(valueWeights);
        output.Values.MarkGradient();
        tape.Backward();
        float[][] gradients = [.. agent.Parameters.Parameters.Select(p => p.Gradient.ToArray())];
        Assert.Multiple(() =>
        {
            for (int i = 0; i < gradients.Length; i++)
            {
                CheckAlongTheGradient(agent.Parameters.Parameters[i], gradients[i], Loss);
            }
        });
    }

    [TestCaseSource(nameof(Forms))]
    public void Backward_ThirdStep_AllocatesNoDeviceMemoryAndLittleManaged(AgentConfiguration configuration)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using Agent agent = configuration.Create(device, 3);
        using var tape = new Tape(device);
        using var buffers = new Buffers(device, 1);
        using AgentState state = agent.CreateState(Environments);
        DeviceView<float> observations = buffers.Input(AgentSamples.Observations(configuration, Steps * Environments, 5));
        DeviceView<float> dones = buffers.Input(Dones);
        long allocations = 0, managed = 0;
        for (int step = 0; step < 6; step++)
        {
            if (step == 3)
            {
                allocations = device.Memory.Allocations;
                managed = GC.GetAllocatedBytesForCurrentThread();
            }

            tape.Begin(recording: true);
            AgentOutput output = agent.Forward(tape, observations, state, dones, Steps);
            device.Elementwise.Fill(output.Logits.Gradient, 1f);
            output.Logits.MarkGradient();
            tape.Backward();
            agent.Parameters.Touch();
        }

        managed = (GC.GetAllocatedBytesForCurrentThread() - managed) / 3;
        Assert.That(device.Memory.Allocations - allocations, Is.Zero);
        Assert.That(managed, Is.LessThan(20_000));
    }

    [TestCaseSource(nameof(Forms))]
    public void Checkpoint_Agent_OpensAsItWas(AgentConfiguration configuration)
    {
        using var folder = new TemporaryFolder();
        using Agent agent = configuration.Create(Device, 3);
        Checkpoint.Save(folder["agent"], agent);
        using Model opened = Checkpoint.Open(Device, folder["agent"]);
        Assert.That(opened, Is.TypeOf<Agent>());
        Assert.That(JsonFiles.ToText(opened.Configuration), Is.EqualTo(JsonFiles.ToText(agent.Configuration)));
        StateDictionary before = ModelState.Capture(agent.Parameters), after = ModelState.Capture(opened.Parameters);
        Assert.That(after.Names, Is.EqualTo(before.Names));
        foreach (string name in before.Names.Where(n => before[n].Kind == StateTensorKind.Single))
        {
            Assert.That(after[name].Singles, Is.EqualTo(before[name].Singles), name);
        }

        if (configuration.ModelType == AgentModelType.Ctm)
        {
            int j = configuration.OutputNeurons;
            bool[] mask = [.. Enumerable.Range(0, j * j).Select(i => i / j <= i % j)];
            Assert.That(after["recurrent_model.diagonal_mask_out"].Booleans, Is.EqualTo(mask));
            Assert.That(
                after["recurrent_model.out_neuron_indices_left"].Integers, Is.EqualTo(Enumerable.Range(0, j).Select(i => (long)i)));
        }
    }

    [Test]
    public void Parameters_OfBothForms_HaveTheReferencesOrder()
    {
        static IEnumerable<string> First(AgentConfiguration c, int count)
        {
            using Agent agent = c.Create(Device, 1);
            return [.. agent.Parameters.Parameters.Take(count).Select(p => p.Name)];
        }

        Assert.That(First(AgentSamples.Ctm, 4), Is.EqualTo(new[]
        {
            "recurrent_model.start_trace", "recurrent_model.decay_params_out", "recurrent_model.start_activated_trace",
            "recurrent_model.backbone.input_projector.1.weight",
        }));
        Assert.That(First(AgentSamples.Ctm with { ModelType = AgentModelType.Lstm }, 3), Is.EqualTo(new[]
        {
            "recurrent_model.start_hidden_state", "recurrent_model.start_cell_state", "recurrent_model.backbone.input_projector.1.weight",
        }));
    }

    [Test]
    public void Forward_WrongLengths_SaysWhatIsRight()
    {
        using Agent agent = AgentSamples.Ctm.Create(Device, 3);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 1);
        using AgentState state = agent.CreateState(2);
        tape.Begin(recording: false);
        Assert.That(
            () => agent.Forward(tape, buffers.Input(9), state, buffers.Input(2), 1),
            Throws.ArgumentException.With.Message.EqualTo("The agent needs 10 values of observations here, there are 9."));
        Assert.That(
            () => agent.Forward(tape, buffers.Input(10), state, buffers.Input(3), 1),
            Throws.ArgumentException.With.Message.EqualTo("The agent needs 2 dones here, there are 3."));
    }

    private static float[] Random(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (2f * random.NextSingle()) - 1f)];

    /// <summary>Decays off their bound, and inputs of the heads' ReLUs off 0, where differences see both sides.</summary>
    private static void KeepOffKinks(ParameterSet set, Random random)
    {
        foreach (Parameter p in set.Parameters)
        {
            bool isDecay = p.Name.EndsWith("decay_params_out", StringComparison.Ordinal);
            bool isHeadBias = !p.Name.StartsWith("recurrent_model.", StringComparison.Ordinal) && p.Shape.Count == 1;
            if (isDecay || isHeadBias)
            {
                p.Data.CopyFrom([.. Enumerable.Range(0, p.Length).Select(i => (isDecay || i % 2 == 0 ? 1 : -2) * (0.5f + random.NextSingle()))]);
            }
        }
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>Moves a parameter along its gradient and back: the loss must change by the gradient's length times the way.</summary>
    private static void CheckAlongTheGradient(Parameter parameter, float[] gradient, Func<double> loss)
    {
        double length = Math.Sqrt(Dot(gradient, gradient));
        Assert.That(length, Is.GreaterThan(1e-5), $"{parameter.Name} has no gradient");

        // A way over which the loss changes by about 0.001, far above float32's rounding, and the parameter little. LayerNorms of a few
        // small values are far from straight even so: half the way tells how far, and the square of the way is taken out.
        float[] start = parameter.Data.ToArray();
        double way = Math.Min(0.0005 / length, 0.001 * Math.Sqrt(start.Length));
        double At(double move)
        {
            parameter.Data.CopyFrom([.. start.Select((x, i) => (float)(x + (move * gradient[i] / length)))]);
            return loss();
        }

        double whole = (At(way) - At(-way)) / (2 * way), half = (At(way / 2) - At(-way / 2)) / way;
        double change = ((4 * half) - whole) / 3;
        parameter.Data.CopyFrom(start);
        Assert.That(change, Is.EqualTo(length).Within((0.02 * length) + (6e-6 / way)), parameter.Name);
    }
}
