using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Activations;

/// <summary>Activation functions over row-major matrices, forward and backward.</summary>
public abstract class ActivationKernels
{
    private protected ActivationKernels()
    {
    }

    /// <summary>Gated linear unit: output = a * sigmoid(b), where a and b are the halves of each input row.</summary>
    /// <param name="input">Shape [rows, 2 * width].</param>
    /// <param name="output">Shape [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Width of the output.</param>
    public abstract void GluForward(DeviceView<float> input, DeviceView<float> output, int rows, int width);

    /// <summary>The gradient of <see cref="GluForward"/>, assigned.</summary>
    /// <param name="input">Shape [rows, 2 * width].</param>
    /// <param name="outputGradient">Shape [rows, width].</param>
    /// <param name="inputGradient">Shape [rows, 2 * width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Width of the output.</param>
    public abstract void GluBackward(
        DeviceView<float> input, DeviceView<float> outputGradient, DeviceView<float> inputGradient, int rows, int width);

    /// <summary>output = max(input, 0), element by element.</summary>
    public abstract void ReluForward(DeviceView<float> input, DeviceView<float> output);

    /// <summary>inputGradient = outputGradient where output is above 0, else 0; at 0 the gradient is 0.</summary>
    public abstract void ReluBackward(DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient);
}
