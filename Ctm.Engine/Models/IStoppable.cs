using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;

namespace Ctm.Engine.Models;

/// <summary>A model that can think tick by tick, and go on with a part of the batch. Nothing of it is recorded.</summary>
internal interface IStoppable
{
    /// <summary>Sees the inputs, before the first tick.</summary>
    void Begin(Tape tape, FeatureMap inputs);

    /// <summary>One tick, begun on the tape.</summary>
    /// <returns>Logits, shape [B, outputs].</returns>
    Tensor Think(Tape tape);

    /// <summary>Goes on with some samples on another tape, whose ticks count from 0 again.</summary>
    /// <param name="next">The tape; the one before must stay as it is until the call ends.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="ticks">Ticks that are left.</param>
    void GoOn(Tape next, RowChoice samples, int ticks);
}
