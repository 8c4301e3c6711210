namespace Ctm.Engine.Autograd;

/// <summary>
/// Memory of the tensors that the ticks of a step keep for its backward pass, counted where they lie. Neuron-level models keep their history
/// of pre-activations beside it, 4 B D bytes a tick.
/// </summary>
/// <param name="BytesPerTick">Bytes of one tick, with all of the parts that a tick may have.</param>
/// <param name="Bytes">Bytes of all ticks that are kept at a time, and of what crosses from one segment of ticks to the next.</param>
public readonly record struct ActivationMemory(long BytesPerTick, long Bytes)
{
    /// <summary>Both together.</summary>
    public static ActivationMemory operator +(ActivationMemory a, ActivationMemory b) =>
        new(a.BytesPerTick + b.BytesPerTick, a.Bytes + b.Bytes);
}
