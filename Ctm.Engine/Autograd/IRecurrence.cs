namespace Ctm.Engine.Autograd;

/// <summary>What repeats from tick to tick.</summary>
internal interface IRecurrence
{
    /// <summary>
    /// One tick. It may run twice, with the same result: what it gets of the tick before comes from what the tape carries
    /// (<see cref="Tape.Carry"/>), and nothing else that it changes may matter to another tick.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="tick">The tick, from 0.</param>
    void Tick(Tape tape, int tick);
}
