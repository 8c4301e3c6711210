namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>
/// Neuron-level models: each neuron has its own small network over the last M of its pre-activations (paper, section on neuron-level
/// models; models/ctm.py and models/modules.py of the reference). Deep: Linear M -> 2H, / T1, GLU, Linear H -> 2, / T2, GLU. Linear:
/// Linear M -> 2, / T, GLU.
/// </summary>
public abstract class NeuronLevelModelKernels
{
    private protected NeuronLevelModelKernels()
    {
    }

    /// <summary>Allocates what runs of one shape need: packed parameters, the history, and for training their gradients.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="training">False for inference: no backward, and no memory for it.</param>
    /// <exception cref="ArgumentOutOfRangeException">When a size is out of range, or an array exceeds 2^31 - 1 floats.</exception>
    public abstract NeuronLevelModelWorkspace CreateWorkspace(NeuronLevelModelShape shape, bool training = true);
}
