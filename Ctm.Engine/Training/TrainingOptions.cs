using System.Text.Json.Serialization;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Training;

/// <summary>How a model is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>The largest factor of the loss's gradient.</summary>
    public const int LargestLossScale = 1 << 24;

    /// <summary>Steps in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Highest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Steps of linear warm-up.</summary>
    public long WarmUp { get; init; } = 500;

    /// <summary>What the learning rate does after warm-up.</summary>
    public SchedulerType SchedulerType { get; init; }

    /// <summary>Steps, counted from the start of the run, at which the multistep schedule lowers the rate.</summary>
    public IReadOnlyList<long> Milestones { get; init; } = [];

    /// <summary>The multistep schedule's factor at a milestone.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>What updates the parameters.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>Weight decay: AdamW's decoupled from the gradient, that of stochastic gradient descent part of it.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Parts of names of parameters that are not decayed.</summary>
    public IReadOnlyList<string> WeightDecayExclusions { get; init; } = [];

    /// <summary>Largest global norm of the gradient; 0 for no clipping by it.</summary>
    public double GradientNorm { get; init; }

    /// <summary>
    /// The quantile of each tensor's past gradient norms that its gradient is clipped to, such as the parity task's 0.9; 0 for no clipping by
    /// it. Not together with <see cref="GradientNorm"/>.
    /// </summary>
    public double QuantileClip { get; init; }

    /// <summary>Steps that the quantile is taken over.</summary>
    public int QuantileClipWindow { get; init; } = 1000;

    /// <summary>AdamW's decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>AdamW's epsilon.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decay of the momentum of stochastic gradient descent; 0 for none.</summary>
    public double Momentum { get; init; }

    /// <summary>Decay of Muon's momentum.</summary>
    public double MuonMomentum { get; init; } = 0.95;

    /// <summary>Iterations by which Muon orthogonalizes.</summary>
    public int MuonIterations { get; init; } = 5;

    /// <summary>Root mean square of a change that Muon makes to a matrix, in learning rates.</summary>
    public double MuonRate { get; init; } = 0.2;

    /// <summary>Steps between two reports.</summary>
    public long ReportEvery { get; init; } = 100;

    /// <summary>Steps between two evaluations; 0 for none before the end.</summary>
    public long EvaluateEvery { get; init; }

    /// <summary>Steps between two checkpoints; 0 for one at the end only.</summary>
    public long SaveEvery { get; init; } = 2000;

    /// <summary>
    /// Ticks between two checkpoints of a thought: only so many ticks' activations are kept, and the others computed again in the backward
    /// pass, which saves memory and takes about a third more time. 0 keeps all.
    /// </summary>
    public int CheckpointTicks { get; init; }

    /// <summary>
    /// How weights of linear layers and of neuron-level models, and the history of pre-activations, are kept for the kernels. Parameters,
    /// their gradients and the optimizer's moments are float32 always.
    /// </summary>
    public StoragePrecision Precision { get; init; }

    /// <summary>
    /// The factor of the loss's gradient in the first backward pass, a power of two up to <see cref="LargestLossScale"/>; later passes choose
    /// it by themselves. 0 for 32768 in half precision and none in single.
    /// </summary>
    public double LossScale { get; init; }

    /// <summary>Seed of dropout.</summary>
    public ulong Seed { get; init; }
}

/// <summary>What the learning rate does after warm-up; the names are the reference's.</summary>
public enum SchedulerType
{
    /// <summary>Half a cosine down to 1e-7 at the last step.</summary>
    Cosine,

    /// <summary>A drop at every milestone.</summary>
    Multistep,

    /// <summary>A straight line down to nearly 0 at the last step, as agents are trained; no warm-up.</summary>
    Linear,

    /// <summary>It stays as it is.</summary>
    None,
}

/// <summary>What updates the parameters.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW; Adam where there is no weight decay.</summary>
    [JsonStringEnumMemberName("adamw")]
    AdamW,

    /// <summary>Muon for matrices between vectors, AdamW for all else.</summary>
    Muon,

    /// <summary>Stochastic gradient descent.</summary>
    Sgd,
}
