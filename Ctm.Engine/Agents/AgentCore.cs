using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Agents;

/// <summary>What an agent remembers and thinks with: a recurrent model that takes two states from one step of its environments to the next.</summary>
internal abstract class AgentCore
{
    /// <summary>Width of what it gives to the actor and the critic.</summary>
    public abstract int OutputWidth { get; }

    /// <summary>Values of one state of one environment; both states have as many.</summary>
    public abstract int StateLength { get; }

    /// <summary>The learned vectors that the states of an episode start with.</summary>
    public abstract (Parameter First, Parameter Second) StartStates { get; }

    /// <summary>Newest pre-activations of each tick of the latest step; empty for an LSTM.</summary>
    public abstract IReadOnlyList<Tensor> PreActivations { get; }

    /// <summary>Post-activations, or hidden states, of each tick of the latest step.</summary>
    public abstract IReadOnlyList<Tensor> PostActivations { get; }

    /// <summary>A state as a tensor whose shape the core wants, before the first step.</summary>
    public abstract Tensor NewState(Tape tape, int environments);

    /// <summary>Starts a pass of a number of steps. Call it outside the recurrence.</summary>
    public abstract void Begin(Tape tape, int environments, int steps);

    /// <summary>One step of the environments, all ticks of it.</summary>
    /// <param name="tape">The tape, at the recurrence's tick of this number.</param>
    /// <param name="features">Shape [environments, features].</param>
    /// <param name="states">The states before.</param>
    /// <param name="done">1 where an episode has ended before the step, else 0, [environments].</param>
    /// <param name="step">The step, from 0.</param>
    /// <returns>The output, [environments, width], and the states after.</returns>
    public abstract (Tensor Output, (Tensor First, Tensor Second) States) Step(
        Tape tape, Tensor features, (Tensor First, Tensor Second) states, DeviceView<float> done, int step);
}
