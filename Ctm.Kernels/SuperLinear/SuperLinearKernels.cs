using Ctm.Kernels.Devices;

namespace Ctm.Kernels.SuperLinear;

/// <summary>
/// A linear map of every neuron's own, with one temperature for all (models/modules.py, SuperLinear):
/// y[b, d, o] = (sum over m of x[b, d, m] * w[m, o, d] + bias[d, o]) / T. The parts of a neuron-level model whose form the fused
/// kernels of <see cref="NeuronLevelModels.NeuronLevelModelKernels"/> do not have. Inputs and outputs are turned around in scratch
/// memory, so that lanes run along the neurons, as in the weights. All sums are formed in a fixed order.
/// </summary>
public abstract class SuperLinearKernels
{
    private protected SuperLinearKernels()
    {
    }

    /// <summary>The map.</summary>
    /// <param name="input">x, shape [B, D, M].</param>
    /// <param name="weight">w, shape [M, O, D].</param>
    /// <param name="bias">Shape [D, O].</param>
    /// <param name="temperature">T, shape [1]; divides.</param>
    /// <param name="output">y, shape [B, D, O]; assigned.</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Forward(
        DeviceView<float> input,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> temperature,
        DeviceView<float> output,
        in SuperLinearShape shape);

    /// <summary>The gradients of <see cref="Forward"/>: by the input assigned, by the parameters accumulated.</summary>
    /// <param name="input">x, shape [B, D, M].</param>
    /// <param name="weight">w, shape [M, O, D].</param>
    /// <param name="temperature">T, shape [1].</param>
    /// <param name="output">y as forward left it, shape [B, D, O].</param>
    /// <param name="outputGradient">Shape [B, D, O].</param>
    /// <param name="inputGradient">Shape [B, D, M]; absent where it is not wanted.</param>
    /// <param name="weightGradient">Shape [M, O, D].</param>
    /// <param name="biasGradient">Shape [D, O].</param>
    /// <param name="temperatureGradient">Shape [1].</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Backward(
        DeviceView<float> input,
        DeviceView<float> weight,
        DeviceView<float> temperature,
        DeviceView<float> output,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        DeviceView<float> temperatureGradient,
        in SuperLinearShape shape);

    /// <summary>Multiplications and additions of one forward; a backward has twice as many.</summary>
    /// <param name="shape">The sizes.</param>
    public static double Flops(in SuperLinearShape shape) => 2.0 * shape.Batch * shape.Neurons * shape.Inputs * shape.Outputs;
}
