using System.Text.Json.Nodes;
using Ctm.Engine.Agents;
using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Files;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Whole agents against the reference: a rollout step by step, its advantages, and one update by a minibatch of it.</summary>
internal sealed class GoldenAgentTests
{
    private static ComputeDevice Device => TestDevices.Open("cpu");

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "rl" })]
    public void Golden_AgentRollout_EqualsReference(GoldenCase golden)
    {
        using Agent agent = Load(golden);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 1);
        long[] shape = golden.Shape("in.actions");
        int steps = (int)shape[0], environments = (int)shape[1], classes = agent.Configuration.Actions;
        using AgentState state = Start(golden, agent, [.. Enumerable.Range(0, environments)]);
        DeviceView<float> observations = buffers.Input(golden.Singles("in.obs")), dones = buffers.Input(golden.Singles("in.dones"));
        DeviceView<int> actions = buffers.Input(GoldenChecks.Ints(golden.Integers("in.actions")));
        var found = new Dictionary<string, List<float>>(StringComparer.Ordinal);
        void Keep(string name, IEnumerable<Tensor> tensors)
        {
            found.TryAdd(name, []);
            found[name].AddRange(tensors.SelectMany(t => t.Data.ToArray()));
        }

        int seen = environments * agent.Configuration.ObservationLength;
        for (int step = 0; step < steps; step++)
        {
            tape.Begin(recording: false);
            DeviceView<float> done = dones.Slice(step * environments, environments);
            AgentOutput output = agent.Forward(tape, observations.Slice(step * seen, seen), state, done, 1);
            state.CopyFrom(output);
            Keep("action_logits", [output.Logits]);
            Keep("value", [output.Values]);
            Keep("hidden", [output.Hidden]);
            Keep("state0", [output.FirstState]);
            Keep("state1", [output.SecondState]);
            Keep("pre_activations", output.PreActivations);
            Keep("post_activations", output.PostActivations);
        }

        foreach (string name in golden.Group("out.rollout.").Except(["action_probs", "logprob", "entropy"]))
        {
            golden.Verify("out.rollout." + name, found[name].ToArray());
        }

        int all = steps * environments;
        DeviceView<float> log = buffers.Output(all), entropies = buffers.Output(all), probabilities = buffers.Output(all * classes);
        Device.PolicyLosses.Evaluate(
            buffers.Input(found["action_logits"].ToArray()), actions, log, entropies, probabilities, all, classes);
        golden.Verify("out.rollout.logprob", log.ToArray());
        golden.Verify("out.rollout.entropy", entropies.ToArray());
        golden.Verify("out.rollout.action_probs", probabilities.ToArray());

        tape.Begin(recording: false);
        DeviceView<float> nextDones = buffers.Input(golden.Singles("in.next_done"));
        AgentOutput next = agent.Forward(tape, buffers.Input(golden.Singles("in.next_obs")), state, nextDones, 1);
        golden.Verify("out.next_value", next.Values.Data.ToArray());
        DeviceView<float> advantages = buffers.Output(all), returns = buffers.Output(all);
        Device.PolicyLosses.Advantages(
            buffers.Input(golden.Singles("in.rewards")),
            buffers.Input(found["value"].ToArray()),
            dones,
            next.Values.Data,
            nextDones,
            advantages,
            returns,
            Single(golden, "discount_gamma"),
            Single(golden, "gae_lambda"),
            steps,
            environments);
        golden.Verify("out.advantages", advantages.ToArray());
        golden.Verify("out.returns", returns.ToArray());
    }

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "rl" })]
    public void Golden_AgentUpdate_EqualsReference(GoldenCase golden)
    {
        using Agent agent = Load(golden);
        using var tape = new Tape(Device);
        int[] chosen = [.. golden.HyperParameters.GetProperty("mb_envs").EnumerateArray().Select(e => e.GetInt32())];
        using Rollout batch = Minibatch(golden, agent, chosen);
        var shape = new PpoShape(
            batch.Steps * chosen.Length,
            agent.Configuration.Actions,
            Single(golden, "clip_coef"),
            Single(golden, "ent_coef"),
            Single(golden, "vf_coef"),
            golden.HyperParameters.IsTrue("clip_vloss"));
        using var loss = new PpoLoss(Device, shape, golden.HyperParameters.IsTrue("norm_adv"));
        var options = new TrainingOptions
        {
            Steps = 1,
            LearningRate = golden.HyperParameters.GetProperty("lr").GetDouble(),
            GradientNorm = golden.HyperParameters.GetProperty("max_grad_norm").GetDouble(),
            Epsilon = 1e-5,
        };
        using var optimizer = new AdamWOptimizer(agent.Parameters, options);
        tape.Begin(recording: true);
        agent.Parameters.ClearGradients();
        AgentOutput output = batch.Replay(tape);
        loss.Forward(tape, output, batch);
        tape.Backward();
        golden.Verify("out.update.new_value", output.Values.Data.ToArray());
        golden.Verify("out.update.new_logprob", loss.LogProbabilities.ToArray());
        golden.Verify("out.update.ratio", loss.Ratios.ToArray());
        foreach ((string name, PpoFigure figure) in new[]
            {
                ("loss", PpoFigure.Loss), ("pg_loss", PpoFigure.PolicyLoss), ("v_loss", PpoFigure.ValueLoss),
                ("entropy_loss", PpoFigure.Entropy), ("old_approx_kl", PpoFigure.OldApproximateKl),
                ("approx_kl", PpoFigure.ApproximateKl), ("clipfrac", PpoFigure.ClipFraction),
            })
        {
            golden.Verify("out.update." + name, new[] { loss.Read(figure) });
        }

        GoldenChecks.VerifyGradients(golden, agent.Parameters);
        optimizer.Step(options.LearningRate);
        golden.Verify("out.update.grad_norm", new[] { optimizer.ReadNorm() });
        IReadOnlyList<string> after = golden.Group("out.param_after_step.");
        Assert.That(after, golden.HyperParameters.IsTrue("store_step") ? Has.Count.EqualTo(agent.Parameters.Parameters.Count) : Is.Empty);
        foreach (Parameter parameter in agent.Parameters.Parameters.Where(p => after.Contains(p.Name)))
        {
            golden.Verify("out.param_after_step." + parameter.Name, parameter.Data.ToArray());
        }
    }

    private static float Single(GoldenCase golden, string name) => (float)golden.HyperParameters.GetProperty(name).GetDouble();

    /// <summary>Values of some environments, from [steps, environments, a run of values].</summary>
    private static T[] Pick<T>(T[] values, int steps, int environments, int[] chosen)
    {
        int run = values.Length / (steps * environments);
        return
        [
            .. Enumerable.Range(0, steps).SelectMany(s => chosen.SelectMany(
                e => values.AsSpan(((s * environments) + e) * run, run).ToArray())),
        ];
    }

    private static AgentState Start(GoldenCase golden, Agent agent, int[] chosen)
    {
        AgentState state = agent.CreateState(chosen.Length);
        Fill(golden, state, chosen);
        return state;
    }

    private static void Fill(GoldenCase golden, AgentState state, int[] chosen)
    {
        int environments = (int)golden.Shape("in.state0")[0];
        state.First.CopyFrom(Pick(golden.Singles("in.state0"), 1, environments, chosen));
        state.Second.CopyFrom(Pick(golden.Singles("in.state1"), 1, environments, chosen));
    }

    private static Rollout Minibatch(GoldenCase golden, Agent agent, int[] chosen)
    {
        long[] shape = golden.Shape("in.actions");
        int steps = (int)shape[0], environments = (int)shape[1];
        var batch = new Rollout(agent, steps, chosen.Length);
        Fill(golden, batch.InitialState, chosen);
        batch.Observations.CopyFrom(Pick(golden.Singles("in.obs"), steps, environments, chosen));
        batch.Dones.CopyFrom(Pick(golden.Singles("in.dones"), steps, environments, chosen));
        batch.SetActions(GoldenChecks.Ints(Pick(golden.Integers("in.actions"), steps, environments, chosen)));
        batch.LogProbabilities.CopyFrom(golden.Singles("in.mb.old_logprobs"));
        batch.Values.CopyFrom(golden.Singles("in.mb.old_values"));
        batch.Advantages.CopyFrom(golden.Singles("in.mb.advantages"));
        batch.Returns.CopyFrom(golden.Singles("in.mb.returns"));
        return batch;
    }

    /// <summary>The configuration of the agent of a case.</summary>
    internal static AgentConfiguration Configuration(GoldenCase golden)
    {
        // Instead of the environment's name, a configuration has what follows from it.
        JsonObject settings = JsonNode.Parse(golden.HyperParameters.GetProperty("args").GetRawText())!.AsObject();
        bool isGrid = settings["env_id"]!.GetValue<string>().Contains("MiniGrid", StringComparison.Ordinal);
        settings.Remove("env_id");
        settings["backbone_type"] = isGrid ? MiniGridBackbone.Name : ClassicControlBackbone.Name;
        settings["observation_shape"] = new JsonArray([.. golden.Shape("in.obs").Skip(2).Select(n => JsonValue.Create(n))]);
        settings["size_action_space"] = golden.Int("size_action_space");
        return JsonFiles.Parse<AgentConfiguration>(settings.ToJsonString(), golden.Name);
    }

    private static Agent Load(GoldenCase golden)
    {
        Agent agent = Configuration(golden).Create(Device, 1);
        ModelState.Restore(agent.Parameters, golden.State());
        return agent;
    }
}
