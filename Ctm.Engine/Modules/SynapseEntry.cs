using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>
/// The way into a synapse model of what a tick gets of the input, beside the post-activations: the first layer's shares of both
/// are added up, so that they need not be put side by side.
/// </summary>
internal sealed class SynapseEntry
{
    private readonly Synapse synapse;
    private readonly LinearMap? projection;
    private readonly Linear input, state;
    private readonly FoldedLinear? folded;

    /// <summary>Creates it.</summary>
    /// <param name="set">Owner of the parameters.</param>
    /// <param name="synapse">The synapse model.</param>
    /// <param name="inputWidth">Values that a tick gets of the input.</param>
    /// <param name="projection">A layer that what comes in passes first, such as attention's last one; null for none.</param>
    public SynapseEntry(ParameterSet set, Synapse synapse, int inputWidth, LinearMap? projection = null)
    {
        this.synapse = synapse;
        this.projection = projection;
        input = synapse.Entry.OfColumns(set, 0, inputWidth, hasBias: true);
        state = synapse.Entry.OfColumns(set, inputWidth, synapse.Entry.Inputs - inputWidth, hasBias: false);
        folded = projection is null ? null : new FoldedLinear(set, projection, input);
    }

    /// <summary>Starts a pass. Call it outside of recurrences.</summary>
    public void Begin(Tape tape)
    {
        if (!DropsOut(tape))
        {
            folded?.Begin(tape);
        }
    }

    /// <summary>Pre-activations.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="seen">What the tick gets of the input, before the projection where there is one, shape [B, width].</param>
    /// <param name="postActivations">Shape [B, D].</param>
    public Tensor Forward(Tape tape, Tensor seen, Tensor postActivations)
    {
        if (folded is not null && !DropsOut(tape))
        {
            return synapse.Follow(tape, state.Forward(tape, postActivations, folded.Forward(tape, seen)));
        }

        Tensor projected = projection?.Forward(tape, seen) ?? seen;
        Tensor sum = input.Forward(tape, tape.Dropout(projected, synapse.EntryDropout));
        return synapse.Follow(tape, state.Forward(tape, tape.Dropout(postActivations, synapse.EntryDropout), sum));
    }

    // Dropout stands between the projection and the first layer: they cannot be one.
    private bool DropsOut(Tape tape) => tape.Training && synapse.EntryDropout > 0f;
}
