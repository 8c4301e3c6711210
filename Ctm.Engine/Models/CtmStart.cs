using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>
/// What a CTM starts with: its first post-activations, its history and its decays. These are the first parameters of a model, before
/// those that see the input, and the order counts: optimizer states are indexed by it.
/// </summary>
internal sealed class CtmStart
{
    /// <summary>Creates the parameters.</summary>
    /// <param name="set">Receives them.</param>
    /// <param name="c">The sizes.</param>
    /// <param name="projectsDecays">Whether the stored decays are kept in their bounds; false clamps them only where they are used.</param>
    public CtmStart(ParameterSet set, ICtmConfiguration c, bool projectsDecays = true)
    {
        State = set.Add("start_activated_state", [c.Neurons], Initializer.Uniform(Math.Sqrt(1.0 / c.Neurons)));
        Trace = c.HasNeuronLevelModels
            ? set.Add("start_trace", [c.Neurons, c.MemoryLength], Initializer.Uniform(Math.Sqrt(1.0 / (c.Neurons + c.MemoryLength))))
            : null;
        ActionDecay = c.HasSynchronization && c.ActionNeurons > 0
            ? Synchronization.AddDecay(set, "action", c.NeuronSelection, c.ActionNeurons, c.StartDecay, projectsDecays)
            : null;
        OutputDecay = c.HasSynchronization
            ? Synchronization.AddDecay(set, "out", c.NeuronSelection, c.OutputNeurons, c.StartDecay, projectsDecays)
            : null;
    }

    /// <summary>First post-activations, [D].</summary>
    public Parameter State { get; }

    /// <summary>First history, [D, M]; null for neurons without models of their own.</summary>
    public Parameter? Trace { get; }

    /// <summary>Decays of the synchronization behind the queries; null for forms that do not attend or synchronize.</summary>
    public Parameter? ActionDecay { get; }

    /// <summary>Decays of the synchronization behind the predictions; null for forms that do not synchronize.</summary>
    public Parameter? OutputDecay { get; }
}
