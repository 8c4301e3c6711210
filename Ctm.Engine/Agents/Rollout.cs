using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Agents;

/// <summary>
/// What an agent saw and did over a number of steps, S, in N environments, on the device; and minibatches of it, which are some of the
/// environments with all their steps, so that the agent can live through them again (tasks/rl/train.py). A rollout is: Begin, then
/// for every step Act and Reward, last Finish.
/// </summary>
public sealed class Rollout : IDisposable
{
    private readonly Agent agent;
    private readonly int observationLength;
    private readonly AgentState state;
    private readonly DeviceBuffer<float> observations, dones, logProbabilities, values, rewards, advantages, returns, next;
    private readonly DeviceBuffer<int> actions;
    private readonly int[] takenActions;
    private AgentOutput? latest;

    /// <summary>Creates an empty rollout whose environments' episodes start.</summary>
    /// <param name="agent">Who acts.</param>
    /// <param name="steps">Steps S.</param>
    /// <param name="environments">Environments N.</param>
    public Rollout(Agent agent, int steps, int environments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        this.agent = agent;
        Steps = steps;
        Environments = environments;
        observationLength = agent.Configuration.ObservationLength;
        ComputeDevice device = agent.Device;
        int all = checked(steps * environments);
        InitialState = agent.CreateState(environments);
        state = agent.CreateState(environments);
        observations = device.Allocate<float>(checked(all * observationLength));
        dones = device.Allocate<float>(all);
        logProbabilities = device.Allocate<float>(all);
        values = device.Allocate<float>(all);
        rewards = device.Allocate<float>(all);
        advantages = device.Allocate<float>(all);
        returns = device.Allocate<float>(all);
        actions = device.Allocate<int>(all);
        takenActions = new int[all];

        // Observations, dones and values behind the last step.
        next = device.Allocate<float>(environments * (observationLength + 2));
    }

    /// <summary>Steps S.</summary>
    public int Steps { get; }

    /// <summary>Environments N.</summary>
    public int Environments { get; }

    /// <summary>The agent's state before the first step.</summary>
    public AgentState InitialState { get; }

    /// <summary>Observations before each step, [S, N, shape of one].</summary>
    public DeviceView<float> Observations => observations.View;

    /// <summary>1 where an episode had ended before the step, else 0, [S, N].</summary>
    public DeviceView<float> Dones => dones.View;

    /// <summary>Actions taken, [S, N].</summary>
    public DeviceView<int> Actions => actions.View;

    /// <summary>Log-probabilities of the actions when they were taken, [S, N].</summary>
    public DeviceView<float> LogProbabilities => logProbabilities.View;

    /// <summary>The critic's values before each step, [S, N].</summary>
    public DeviceView<float> Values => values.View;

    /// <summary>Rewards after each step, [S, N].</summary>
    public DeviceView<float> Rewards => rewards.View;

    /// <summary>Advantages, [S, N].</summary>
    public DeviceView<float> Advantages => advantages.View;

    /// <summary>Returns, [S, N].</summary>
    public DeviceView<float> Returns => returns.View;

    /// <summary>Values behind the last step, [N].</summary>
    public DeviceView<float> NextValues => next.Slice(Environments * (observationLength + 1), Environments);

    private DeviceView<float> NextObservations => next.Slice(0, Environments * observationLength);

    private DeviceView<float> NextDones => next.Slice(Environments * observationLength, Environments);

    /// <summary>Starts the next rollout where this one ended.</summary>
    public void Begin() => InitialState.CopyFrom(state);

    /// <summary>Lets the agent act once in every environment.</summary>
    /// <param name="tape">A tape, used for inference.</param>
    /// <param name="step">The step, from 0, in order.</param>
    /// <param name="observations">What it sees, [N, shape of one].</param>
    /// <param name="dones">1 where an episode has ended before, [N].</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="stream">What the draws are for: a number of its own for every step of a run.</param>
    /// <param name="isGreedy">Whether the most probable actions are taken, the first of equal ones; else they are drawn.</param>
    /// <returns>The actions, [N].</returns>
    public ReadOnlySpan<int> Act(
        Tape tape, int step, ReadOnlySpan<float> observations, ReadOnlySpan<float> dones, ulong seed, ulong stream, bool isGreedy = false)
    {
        int count = Environments, classes = agent.Configuration.Actions;
        DeviceView<float> seen = Part(this.observations, step, count * observationLength), done = Part(this.dones, step, count);
        DeviceView<int> taken = Part(actions, step, count);
        seen.CopyFrom(observations);
        done.CopyFrom(dones);
        AgentOutput output = latest = Think(tape, seen, done);
        state.CopyFrom(output);
        if (isGreedy)
        {
            taken.CopyFrom(MostProbable(output.Logits.Data.ToArray(), classes));
        }
        else
        {
            agent.Device.Random.Categorical(output.Logits.Data, taken, classes, seed, stream);
        }

        agent.Device.PolicyLosses.Evaluate(
            output.Logits.Data, taken, Part(logProbabilities, step, count), default, default, count, classes);
        agent.Device.Elementwise.Copy(output.Values.Data, Part(values, step, count));
        Span<int> result = takenActions.AsSpan(step * count, count);
        taken.CopyTo(result);
        return result;
    }

    /// <summary>
    /// What the neurons did when the agent acted last, at the last tick, or its LSTM's hidden states, [N, D]; before the tape is used again.
    /// </summary>
    /// <exception cref="InvalidOperationException">When it has not acted yet.</exception>
    public float[] LatestPostActivations() =>
        latest?.PostActivations[^1].Data.ToArray() ?? throw new InvalidOperationException("The agent has not acted yet.");

    /// <summary>Takes in the rewards of a step, [N].</summary>
    public void Reward(int step, ReadOnlySpan<float> rewards) => Part(this.rewards, step, Environments).CopyFrom(rewards);

    /// <summary>Values what came behind the last step, and estimates advantages and returns; the agent's state stays before it.</summary>
    /// <param name="tape">A tape, used for inference.</param>
    /// <param name="observations">What the agent sees next, [N, shape of one].</param>
    /// <param name="dones">1 where an episode ended with the last step, [N].</param>
    /// <param name="discount">Discount (gamma).</param>
    /// <param name="decay">Decay of later surprises (lambda).</param>
    public void Finish(Tape tape, ReadOnlySpan<float> observations, ReadOnlySpan<float> dones, float discount, float decay)
    {
        NextObservations.CopyFrom(observations);
        NextDones.CopyFrom(dones);
        agent.Device.Elementwise.Copy(Think(tape, NextObservations, NextDones).Values.Data, NextValues);
        agent.Device.PolicyLosses.Advantages(
            Rewards, Values, Dones, NextValues, NextDones, Advantages, Returns, discount, decay, Steps, Environments);
    }

    /// <summary>The agent's state behind the latest step, which a run goes on from; between two rollouts that is all of it.</summary>
    public StateDictionary Capture()
    {
        var captured = new StateDictionary();
        captured.Add("first_state", [Environments, state.Length], state.First.ToArray());
        captured.Add("second_state", [Environments, state.Length], state.Second.ToArray());
        return captured;
    }

    /// <summary>Takes over what was captured.</summary>
    /// <param name="captured">The state.</param>
    /// <exception cref="CheckpointMismatchException">When it is of another agent or other environments; nothing is changed then.</exception>
    public void Restore(StateDictionary captured)
    {
        captured.Match(Capture().Specs);
        state.First.CopyFrom(captured["first_state"].Singles);
        state.Second.CopyFrom(captured["second_state"].Singles);
    }

    /// <summary>Takes over actions from the host, [S, N].</summary>
    public void SetActions(ReadOnlySpan<int> taken)
    {
        taken.CopyTo(takenActions);
        Actions.CopyFrom(taken);
    }

    /// <summary>Makes a minibatch: takes over all steps of some of another rollout's environments.</summary>
    /// <param name="all">A rollout of as many steps.</param>
    /// <param name="firstEnvironment">The first of as many environments as there are here.</param>
    /// <exception cref="ArgumentException">When the other rollout has other steps or fewer environments.</exception>
    public void CopyFrom(Rollout all, int firstEnvironment)
    {
        if (all.Steps != Steps || firstEnvironment < 0 || firstEnvironment + Environments > all.Environments)
        {
            throw new ArgumentException(
                $"Environments {firstEnvironment} to {firstEnvironment + Environments - 1} over {Steps} steps are not in a rollout of "
                + $"{all.Environments} over {all.Steps}.");
        }

        InitialState.CopyFrom(all.InitialState, firstEnvironment);
        Take(all.observations, observations, firstEnvironment, observationLength);
        Take(all.dones, dones, firstEnvironment, 1);
        Take(all.logProbabilities, logProbabilities, firstEnvironment, 1);
        Take(all.values, values, firstEnvironment, 1);
        Take(all.rewards, rewards, firstEnvironment, 1);
        Take(all.advantages, advantages, firstEnvironment, 1);
        Take(all.returns, returns, firstEnvironment, 1);
        for (int step = 0; step < Steps; step++)
        {
            all.takenActions.AsSpan((step * all.Environments) + firstEnvironment, Environments)
                .CopyTo(takenActions.AsSpan(step * Environments));
        }

        Actions.CopyFrom(takenActions);
        void Take(DeviceBuffer<float> source, DeviceBuffer<float> target, int first, int width) => agent.Device.Elementwise.CopyColumns(
            source.View,
            all.Environments * width,
            first * width,
            target.View,
            Environments * width,
            0,
            Steps,
            Environments * width,
            accumulate: false);
    }

    /// <summary>Lives through all steps again, from the first state.</summary>
    /// <param name="tape">The tape, begun.</param>
    public AgentOutput Replay(Tape tape) => agent.Forward(tape, Observations, InitialState, Dones, Steps);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable buffer in new IDisposable[]
            { InitialState, state, observations, dones, logProbabilities, values, rewards, advantages, returns, actions, next })
        {
            buffer.Dispose();
        }
    }

    private static int[] MostProbable(float[] logits, int classes) =>
        [.. logits.Chunk(classes).Select(row => Array.IndexOf(row, row.Max()))];

    private static DeviceView<T> Part<T>(DeviceBuffer<T> buffer, int step, int length)
        where T : unmanaged => buffer.Slice(step * length, length);

    private AgentOutput Think(Tape tape, DeviceView<float> seen, DeviceView<float> done)
    {
        tape.Begin(recording: false);
        return agent.Forward(tape, seen, state, done, 1);
    }
}
