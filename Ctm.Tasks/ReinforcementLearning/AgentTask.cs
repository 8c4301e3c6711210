using Ctm.Engine.Agents;
using Ctm.Engine.Autograd;
using Ctm.Engine.Files;
using Ctm.Engine.Losses;
using Ctm.Engine.Models;
using Ctm.Engine.Modules;
using Ctm.Engine.Training;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>
/// An agent that learns by proximal policy optimisation (tasks/rl/train.py): a step is a rollout in all environments, and then an update for
/// each minibatch of it, several times over.
/// </summary>
public sealed class AgentTask : ISupervisedTask
{
    private readonly string name;
    private readonly IEnvironment kind;
    private readonly VectorEnvironment environments;
    private readonly Rollout rollout, part;
    private readonly Tape acting;
    private readonly PpoLoss loss;
    private readonly RecentEpisodes recent = new();

    /// <summary>Creates the agent, and starts its environments.</summary>
    /// <param name="device">Where the agent lives.</param>
    /// <param name="name">Name of the task.</param>
    /// <param name="recipe">The settings.</param>
    /// <exception cref="TaskSettingException">When the recipe's settings do not fit together.</exception>
    /// <exception cref="ModelConfigurationException">When the agent's sizes do not.</exception>
    public AgentTask(ComputeDevice device, string name, AgentRecipe recipe)
    {
        AgentSettings.Check(recipe);
        this.name = name;
        Recipe = recipe;
        Device = device;
        kind = Environments.Create(recipe.Environment, recipe.MaxEnvironmentSteps);
        environments = new VectorEnvironment(
            kind,
            recipe.NumEnvs,
            recipe.Seed,
            recipe.MaskVelocity,
            recipe.MaxEnvironmentSteps,
            recipe.NormReward ? recipe.DiscountGamma : null);
        Model = recipe.Model.Create(device, recipe.Seed);
        int learners = recipe.NumEnvs / recipe.NumMinibatches;
        rollout = new Rollout(Model, recipe.NumSteps, recipe.NumEnvs);
        part = new Rollout(Model, recipe.NumSteps, learners);
        acting = new Tape(device);
        var shape = new PpoShape(
            learners * recipe.NumSteps,
            kind.Actions,
            (float)recipe.ClipCoef,
            (float)recipe.EntCoef,
            (float)recipe.VfCoef,
            recipe.ClipVloss);
        loss = new PpoLoss(device, shape, recipe.NormAdv);
    }

    /// <summary>The settings.</summary>
    public AgentRecipe Recipe { get; }

    /// <summary>Where the agent lives.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The agent.</summary>
    public Agent Model { get; }

    Model ISupervisedTask.Model => Model;

    /// <inheritdoc/>
    public string Title => FormattableString.Invariant($"{Recipe.Environment}, {Recipe.NumEnvs} environments");

    /// <inheritdoc/>
    public ParameterSet Parameters => Model.Parameters;

    /// <inheritdoc/>
    public int UpdatesPerStep => Recipe.UpdateEpochs * Recipe.NumMinibatches;

    /// <inheritdoc/>
    public void Forward(Tape tape, long update)
    {
        (long step, long within) = Math.DivRem(update, UpdatesPerStep);
        if (within == 0)
        {
            Collect(step);
        }

        part.CopyFrom(rollout, (int)(within % Recipe.NumMinibatches) * part.Environments);
        loss.Forward(tape, part.Replay(tape), part);
    }

    /// <inheritdoc/>
    public StateDictionary Capture()
    {
        StateDictionary state = environments.Capture();
        foreach ((string name, StateTensor tensor) in rollout.Capture())
        {
            state.Add(name, tensor);
        }

        recent.Capture(state);
        return state;
    }

    /// <inheritdoc/>
    public void Restore(StateDictionary? state)
    {
        StateDictionary expected = Capture(), given = state ?? new StateDictionary();
        given.Match(expected.Specs);
        environments.Restore(Part(given, environments.Capture()));
        rollout.Restore(Part(given, rollout.Capture()));
        recent.Restore(given);
    }

    /// <inheritdoc/>
    public double ReadLoss() => loss.Read(PpoFigure.Loss);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> ReadMeasures()
    {
        var measures = new Dictionary<string, double>();
        if (recent.HasAny)
        {
            measures["episode_length"] = recent.MeanLength;
            measures["episode_return"] = recent.MeanReturn;
        }

        measures["entropy"] = loss.Read(PpoFigure.Entropy);
        measures["value_loss"] = loss.Read(PpoFigure.ValueLoss);
        measures["kl"] = loss.Read(PpoFigure.ApproximateKl);
        measures["clipped"] = loss.Read(PpoFigure.ClipFraction);
        return measures;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Evaluate(CancellationToken cancellation)
    {
        AgentFigures result = Play(Recipe.ProbeSamples, cancellation);
        return new Dictionary<string, double> { ["episode_length"] = result.MeanLength, ["episode_return"] = result.MeanReturn };
    }

    /// <inheritdoc/>
    public EvaluationFigures EvaluateUnseen(int? count, CancellationToken cancellation) => Play(count ?? Recipe.TestSamples, cancellation);

    /// <summary>Plays episodes that are not those of training: the first of the recipe's test episodes, always the same.</summary>
    /// <param name="episodes">How many, 1 or more, all at the same time.</param>
    /// <param name="cancellation">Stops playing.</param>
    public AgentFigures Play(int episodes, CancellationToken cancellation = default)
    {
        ulong seed = ~Recipe.Seed;
        var test = new VectorEnvironment(kind, episodes, seed, Recipe.MaskVelocity, Recipe.MaxEnvironmentSteps);
        using var player = new Rollout(Model, 1, episodes);
        var ended = new Episode?[episodes];
        for (ulong step = 0; Array.Exists(ended, e => e is null); step++)
        {
            cancellation.ThrowIfCancellationRequested();
            test.Step(player.Act(acting, 0, test.Observations, test.Dones, seed, step, Recipe.Greedy));
            foreach (Episode episode in test.EndedEpisodes)
            {
                ended[episode.Environment] ??= episode;
            }
        }

        return new AgentFigures(name, [.. ended.Select(e => e!.Value)], Recipe.MaxEnvironmentSteps);
    }

    /// <summary>Plays the first of the test episodes, and keeps what the agent thinks.</summary>
    internal AgentEpisode Watch()
    {
        ulong seed = ~Recipe.Seed;
        var test = new VectorEnvironment(kind, 1, seed, Recipe.MaskVelocity, Recipe.MaxEnvironmentSteps);
        using var player = new Rollout(Model, 1, 1);
        var steps = new List<AgentMoment>();
        for (ulong step = 0; test.EndedEpisodes.Count == 0; step++)
        {
            int action = player.Act(acting, 0, test.Observations, test.Dones, seed, step, Recipe.Greedy)[0];
            double probability = Math.Exp(player.LogProbabilities.ToArray()[0]);
            steps.Add(new AgentMoment(action, probability, player.Values.ToArray()[0], player.LatestPostActivations()));
            test.Step([action]);
        }

        return new AgentEpisode(steps, test.EndedEpisodes[0].Return);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        loss.Dispose();
        acting.Dispose();
        part.Dispose();
        rollout.Dispose();
        Model.Dispose();
    }

    private static StateDictionary Part(StateDictionary state, StateDictionary wanted)
    {
        var part = new StateDictionary();
        foreach (string name in wanted.Names)
        {
            part.Add(name, state[name]);
        }

        return part;
    }

    private void Collect(long step)
    {
        rollout.Begin();
        for (int i = 0; i < Recipe.NumSteps; i++)
        {
            ulong stream = ((ulong)step * (ulong)Recipe.NumSteps) + (ulong)i;
            environments.Step(rollout.Act(acting, i, environments.Observations, environments.Dones, Recipe.Seed, stream));
            rollout.Reward(i, environments.Rewards);
            foreach (Episode episode in environments.EndedEpisodes)
            {
                recent.Add(episode);
            }
        }

        rollout.Finish(
            acting, environments.Observations, environments.Dones, (float)Recipe.DiscountGamma, (float)Recipe.GaeLambda);
    }
}

/// <summary>One step of an episode.</summary>
/// <param name="Action">The action taken.</param>
/// <param name="Probability">How probable it was.</param>
/// <param name="Value">The critic's value before it.</param>
/// <param name="Neurons">Post-activations at the last tick, or an LSTM's hidden state.</param>
internal sealed record AgentMoment(int Action, double Probability, double Value, float[] Neurons);

/// <summary>One episode, as the agent lived through it.</summary>
/// <param name="Steps">Its steps.</param>
/// <param name="Return">The sum of its rewards.</param>
internal sealed record AgentEpisode(IReadOnlyList<AgentMoment> Steps, double Return);
