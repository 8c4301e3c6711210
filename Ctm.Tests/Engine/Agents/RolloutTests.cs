using Ctm.Engine.Agents;
using Ctm.Engine.Autograd;
using Ctm.Engine.Losses;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Agents;

/// <summary>Rollouts, minibatches of them, and learning by them.</summary>
internal sealed class RolloutTests
{
    private static ComputeDevice Device => TestDevices.Open("cpu");

    [Test]
    public void CopyFrom_SomeEnvironments_TakesAllTheirSteps()
    {
        const int steps = 3, environments = 5, first = 2, count = 2;
        AgentConfiguration configuration = AgentSamples.Ctm;
        using Agent agent = configuration.Create(Device, 3);
        using Rollout all = new(agent, steps, environments), part = new(agent, steps, count);
        using var tape = new Tape(Device);
        Fill(all, tape, configuration);
        part.CopyFrom(all, first);
        float[] Chosen(DeviceView<float> values, int rows, int width) =>
        [
            .. Enumerable.Range(0, rows).SelectMany(r => values.ToArray().Skip(((r * environments) + first) * width).Take(count * width)),
        ];

        Assert.That(part.Observations.ToArray(), Is.EqualTo(Chosen(all.Observations, steps, 5)));
        Assert.That(part.Dones.ToArray(), Is.EqualTo(Chosen(all.Dones, steps, 1)));
        Assert.That(part.LogProbabilities.ToArray(), Is.EqualTo(Chosen(all.LogProbabilities, steps, 1)));
        Assert.That(part.Values.ToArray(), Is.EqualTo(Chosen(all.Values, steps, 1)));
        Assert.That(part.Rewards.ToArray(), Is.EqualTo(Chosen(all.Rewards, steps, 1)));
        Assert.That(part.Advantages.ToArray(), Is.EqualTo(Chosen(all.Advantages, steps, 1)));
        Assert.That(part.Returns.ToArray(), Is.EqualTo(Chosen(all.Returns, steps, 1)));
        Assert.That(part.InitialState.First.ToArray(), Is.EqualTo(Chosen(all.InitialState.First, 1, all.InitialState.Length)));
        Assert.That(part.InitialState.Second.ToArray(), Is.EqualTo(Chosen(all.InitialState.Second, 1, all.InitialState.Length)));
        int[] actions = all.Actions.ToArray();
        Assert.That(
            part.Actions.ToArray(),
            Is.EqualTo(Enumerable.Range(0, steps).SelectMany(s => actions.Skip((s * environments) + first).Take(count))));
        Assert.That(() => part.CopyFrom(all, 4), Throws.ArgumentException.With.Message.Contains("Environments 4 to 5"));
    }

    [Test]
    public void Replay_Unchanged_GivesTheProbabilitiesAndValuesOfActing()
    {
        const int steps = 3, environments = 5;
        using Agent agent = AgentSamples.Ctm.Create(Device, 3);
        using Rollout rollout = new(agent, steps, environments);
        using var tape = new Tape(Device);

        // The second rollout goes on from the state in which the first one ended.
        Fill(rollout, tape, AgentSamples.Ctm);
        float[] before = rollout.InitialState.First.ToArray();
        Fill(rollout, tape, AgentSamples.Ctm);
        Assert.That(rollout.InitialState.First.ToArray(), Is.Not.EqualTo(before));
        using var loss = new PpoLoss(Device, new PpoShape(steps * environments, 3, 0.1f, 0.1f, 0.25f));
        tape.Begin(recording: false);
        AgentOutput output = rollout.Replay(tape);
        loss.Forward(tape, output, rollout);
        Oracle.AreClose(output.Values.Data, Oracle.Doubles(rollout.Values), 1e-5, "values");
        Oracle.AreClose(loss.LogProbabilities, Oracle.Doubles(rollout.LogProbabilities), 1e-5, "log-probabilities");
        Oracle.AreClose(loss.Ratios, [.. Enumerable.Repeat(1.0, steps * environments)], 1e-5, "ratios");
        Assert.That(loss.Read(PpoFigure.ClipFraction), Is.Zero);
    }

    [Test]
    public void Act_SameSeedAndStream_TakesTheSameActions()
    {
        using Agent agent = AgentSamples.Ctm.Create(Device, 3);
        using var tape = new Tape(Device);
        float[] seen = AgentSamples.Observations(AgentSamples.Ctm, 64, 1), dones = new float[64];
        int[] Act(ulong seed, ulong stream)
        {
            using Rollout rollout = new(agent, 1, 64);
            rollout.Begin();
            return rollout.Act(tape, 0, seen, dones, seed, stream).ToArray();
        }

        Assert.That(Act(1, 2), Is.EqualTo(Act(1, 2)));
        Assert.That(Act(1, 3), Is.Not.EqualTo(Act(1, 2)));
        Assert.That(Act(1, 2), Is.All.InRange(0, 2));
        Assert.That(Act(1, 2).Distinct().Count(), Is.EqualTo(3));
    }

    [TestCase(AgentModelType.Ctm)]
    [TestCase(AgentModelType.Lstm)]
    public void Update_TaskThatNeedsMemory_IsLearned(AgentModelType type)
    {
        const int steps = 6, environments = 64, minibatches = 2;
        AgentConfiguration configuration = AgentSamples.Ctm with
        {
            ModelType = type,
            ObservationShape = [2],
            Actions = 2,
            Neurons = 24,
            InputWidth = 16,
            OutputNeurons = 8,
            MemoryLength = 6,
        };
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        using Agent agent = configuration.Create(device, 1);
        using Rollout rollout = new(agent, steps, environments), part = new(agent, steps, environments / minibatches);
        using Tape acting = new(device), learning = new(device);
        using var loss = new PpoLoss(device, new PpoShape(steps * environments / minibatches, 2, 0.2f, 0.01f, 0.25f));
        var options = new TrainingOptions { Steps = 1, LearningRate = 3e-3, Epsilon = 1e-5, GradientNorm = 0.5 };
        using var optimizer = new AdamWOptimizer(agent.Parameters, options);
        var task = new CueTask(environments, 7);
        task.Start();
        var paid = new List<double>();
        double Latest() => paid.Count < 10 ? 0 : paid.TakeLast(5).Average();
        for (int iteration = 0; iteration < 80 && Latest() < 0.95; iteration++)
        {
            rollout.Begin();
            for (int step = 0; step < steps; step++)
            {
                task.Step(rollout.Act(acting, step, task.Observations, task.Dones, 1, (ulong)((iteration * steps) + step)));
                rollout.Reward(step, task.Rewards);
            }

            paid.Add(task.Paid);
            rollout.Finish(acting, task.Observations, task.Dones, 0.99f, 0.95f);
            for (int m = 0; m < 2 * minibatches; m++)
            {
                part.CopyFrom(rollout, m % minibatches * environments / minibatches);
                learning.Begin(recording: true);
                agent.Parameters.ClearGradients();
                loss.Forward(learning, part.Replay(learning), part);
                learning.Backward();
                optimizer.Step(options.LearningRate);
            }
        }

        Assert.That(paid.Take(5).Average(), Is.InRange(0.35, 0.75), "at first it is paid by chance");
        Assert.That(Latest(), Is.GreaterThanOrEqualTo(0.95), string.Join(' ', paid));
    }

    private static void Fill(Rollout rollout, Tape tape, AgentConfiguration configuration)
    {
        int environments = rollout.Environments;
        float[] dones = [.. Enumerable.Range(0, environments).Select(i => i % 3 == 1 ? 1f : 0f)];
        rollout.Begin();
        for (int step = 0; step < rollout.Steps; step++)
        {
            rollout.Act(tape, step, AgentSamples.Observations(configuration, environments, step), dones, 1, (ulong)step);
            rollout.Reward(step, [.. Enumerable.Range(0, environments).Select(i => (float)(step - i))]);
        }

        rollout.Finish(tape, AgentSamples.Observations(configuration, environments, 9), dones, 0.99f, 0.95f);
    }
}
