using Ctm.Engine.Autograd;
using Ctm.Engine.Backbones;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Agents;

/// <summary>
/// An agent for environments with a few actions (paper section on reinforcement learning; tasks/rl/train.py): a recurrent model, a CTM
/// or an LSTM, under <c>recurrent_model.</c>, an actor that scores the actions, and a critic that values the state.
/// </summary>
public sealed class Agent : Model
{
    private readonly IBackbone backbone;
    private readonly AgentCore core;
    private readonly AgentHead actor, critic;

    internal Agent(ComputeDevice device, AgentConfiguration configuration)
        : base(device)
    {
        AgentConfiguration c = Configuration = configuration;
        ParameterSet set = Parameters;

        // The order is the reference's: a module's own parameters first.
        using (set.Scope("recurrent_model."))
        {
            if (c.ModelType == AgentModelType.Ctm)
            {
                var start = new CtmAgentCore.Start(set, c);
                backbone = CreateBackbone(set, c);
                core = new CtmAgentCore(set, c, start, Features);
            }
            else
            {
                var start = new LstmAgentCore.Start(set, c);
                backbone = CreateBackbone(set, c);
                core = new LstmAgentCore(set, c, start, Features);
            }
        }

        actor = new AgentHead(set, "actor", core.OutputWidth, c.Actions);
        critic = new AgentHead(set, "critic", core.OutputWidth, 1);
    }

    /// <inheritdoc/>
    public override AgentConfiguration Configuration { get; }

    private int Features => backbone.Channels * Cells;

    private int Cells => Configuration.ObservationLength / Configuration.ObservationShape[^1];

    /// <summary>States of environments whose episodes start, from the learned start states.</summary>
    /// <param name="environments">Number of environments N, 1 or more.</param>
    public AgentState CreateState(int environments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(environments, 1);
        var state = new AgentState(Device, environments, core.StateLength);
        Device.Elementwise.BroadcastRows(core.StartStates.First.Data, state.First, environments, core.StateLength);
        Device.Elementwise.BroadcastRows(core.StartStates.Second.Data, state.Second, environments, core.StateLength);
        return state;
    }

    /// <summary>
    /// Lives through a number of steps, S: one while it acts; all those of a rollout, again from its first state, when it learns.
    /// Before a step, states of environments whose episode has ended become the learned start states, which is how gradients reach those.
    /// </summary>
    /// <param name="tape">The tape, begun.</param>
    /// <param name="observations">Observations, [S, N, shape of one].</param>
    /// <param name="state">States before the first step; a constant, no gradient flows into them.</param>
    /// <param name="dones">1 where an episode has ended before the step, else 0, [S, N]; kept until the backward pass.</param>
    /// <param name="steps">Steps S, 1 or more.</param>
    /// <exception cref="ArgumentException">When lengths do not fit together.</exception>
    public AgentOutput Forward(Tape tape, DeviceView<float> observations, AgentState state, DeviceView<float> dones, int steps)
    {
        int environments = state.Environments, all = steps * environments;
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Check(observations.Length, all * Configuration.ObservationLength, "values of observations");
        Check(dones.Length, all, "dones");
        Check(state.Length, core.StateLength, "values of a state");
        Tensor features = backbone.Forward(tape, Observe(tape, observations, all)).Tensor;
        features = Cells == 1 ? features : tape.Reshape(features, all);
        IReadOnlyList<Tensor> seen = tape.Split(features, steps);
        (Tensor First, Tensor Second) states = (core.NewState(tape, environments), core.NewState(tape, environments));
        Device.Elementwise.Copy(state.First, states.First.Data);
        Device.Elementwise.Copy(state.Second, states.Second.Data);
        core.Begin(tape, environments, steps);
        Tensor hidden = features;
        tape.BeginRecurrence(steps);
        for (int step = 0; step < steps; step++)
        {
            tape.BeginTick(step);
            (hidden, states) = core.Step(tape, seen[step], states, dones.Slice(step * environments, environments), step);
        }

        tape.EndRecurrence();
        hidden = tape.AllTicks(hidden);
        return new AgentOutput
        {
            Logits = actor.Forward(tape, hidden),
            Values = critic.Forward(tape, hidden),
            Hidden = hidden,
            FirstState = states.First,
            SecondState = states.Second,
            PreActivations = [.. core.PreActivations.Select(tape.AllTicks)],
            PostActivations = [.. core.PostActivations.Select(tape.AllTicks)],
        };
    }

    private static IBackbone CreateBackbone(ParameterSet set, AgentConfiguration c) => c.Backbone == MiniGridBackbone.Name
        ? new MiniGridBackbone(set, c.InputWidth)
        : new ClassicControlBackbone(set, c.ObservationLength, c.InputWidth);

    private static void Check(int length, int expected, string what)
    {
        if (length != expected)
        {
            throw new ArgumentException($"The agent needs {expected} {what} here, there are {length}.");
        }
    }

    /// <summary>Observations as maps: a vector is one pixel.</summary>
    private FeatureMap Observe(Tape tape, DeviceView<float> observations, int count)
    {
        int[] shape = Configuration.ObservationShape;
        Tensor input = tape.New(count * Cells, shape[^1], needsGradient: false);
        Device.Elementwise.Copy(observations, input.Data);
        return new FeatureMap(input, count, shape.Length == 1 ? 1 : shape[0], shape.Length == 1 ? 1 : shape[1]);
    }
}
