using System.Text.Json.Serialization;
using Ctm.Engine.Agents;
using Ctm.Engine.Models;
using Ctm.Engine.Training;
using Ctm.Tasks.Runs;

namespace Ctm.Tasks.ReinforcementLearning;

/// <summary>Everything that an agent's run depends on; saved in its run folder. A training step is a rollout and all its updates.</summary>
public sealed record AgentRecipe : ISupervisedRecipe
{
    /// <summary>Registered name of the environment.</summary>
    public required string Environment { get; init; }

    /// <summary>Whether velocities read 0, where there are any.</summary>
    public bool MaskVelocity { get; init; } = true;

    /// <summary>Steps after which an episode is cut.</summary>
    public required int MaxEnvironmentSteps { get; init; }

    /// <summary>Environments side by side.</summary>
    public required int NumEnvs { get; init; }

    /// <summary>Steps of each environment in a rollout.</summary>
    public required int NumSteps { get; init; }

    /// <summary>How often a rollout is gone through.</summary>
    public required int UpdateEpochs { get; init; }

    /// <summary>Parts of a rollout that are learned from one after another, some of the environments each: a divisor of their number.</summary>
    public required int NumMinibatches { get; init; }

    /// <summary>Discount of later rewards (gamma).</summary>
    public double DiscountGamma { get; init; } = 0.99;

    /// <summary>Decay of later surprises (lambda of generalised advantage estimation).</summary>
    public double GaeLambda { get; init; } = 0.95;

    /// <summary>How far the ratio of probabilities may leave 1.</summary>
    public double ClipCoef { get; init; } = 0.1;

    /// <summary>Whether the value loss is clipped too.</summary>
    public bool ClipVloss { get; init; }

    /// <summary>Weight of the policy's entropy.</summary>
    public double EntCoef { get; init; } = 0.1;

    /// <summary>Weight of the value loss.</summary>
    public double VfCoef { get; init; } = 0.25;

    /// <summary>Whether each minibatch's advantages are normalised.</summary>
    public bool NormAdv { get; init; } = true;

    /// <summary>Whether rewards are divided by the deviation of the discounted returns so far.</summary>
    public bool NormReward { get; init; } = true;

    /// <summary>
    /// Whether an agent that is tested takes its most probable action; else it draws one, as in training and in the reference.
    /// </summary>
    public bool Greedy { get; init; }

    /// <summary>Episodes in an evaluation, none of them seen in training.</summary>
    public int TestSamples { get; init; } = 100;

    /// <summary>Episodes in an evaluation while training.</summary>
    public int ProbeSamples { get; init; } = 20;

    /// <summary>Seed of start values, episodes and actions.</summary>
    public ulong Seed { get; init; }

    /// <summary>The agent.</summary>
    public required AgentConfiguration Model { get; init; }

    /// <summary>How it is trained.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Kind of the agent: the names are those of other tasks' models.</summary>
    [JsonIgnore]
    public string ModelKind => Model.ModelType == AgentModelType.Lstm ? ModelKinds.Lstm : ModelKinds.Default;

    ModelConfiguration IRecipe.Model => Model;
}
