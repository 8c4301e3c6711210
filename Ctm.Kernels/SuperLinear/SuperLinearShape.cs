using Ctm.Kernels.Execution;

namespace Ctm.Kernels.SuperLinear;

/// <summary>The sizes of a linear map of every neuron's own.</summary>
/// <param name="Batch">B, the number of samples; may be 0.</param>
/// <param name="Neurons">D, the number of neurons; each has weights of its own.</param>
/// <param name="Inputs">M, the values that a neuron maps.</param>
/// <param name="Outputs">O, the values that it maps them to.</param>
public readonly record struct SuperLinearShape(int Batch, int Neurons, int Inputs, int Outputs)
{
    internal int InputLength => Lengths.Of(Batch, Lengths.Of(Neurons, Inputs));

    internal int OutputLength => Lengths.Of(Batch, BiasLength);

    internal int BiasLength => Lengths.Of(Neurons, Outputs);

    internal int WeightLength => Lengths.Of(Inputs, BiasLength);
}
