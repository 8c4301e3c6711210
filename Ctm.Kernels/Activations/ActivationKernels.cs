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

    /// <summary>output = input * sigmoid(input), element by element.</summary>
    public abstract void SiluForward(DeviceView<float> input, DeviceView<float> output);

    /// <summary>The gradient of <see cref="SiluForward"/>, assigned: outputGradient * s * (1 + x * (1 - s)), s = sigmoid(x).</summary>
    public abstract void SiluBackward(DeviceView<float> input, DeviceView<float> outputGradient, DeviceView<float> inputGradient);

    /// <summary>output = 1 / (1 + exp(-input)), element by element.</summary>
    public abstract void SigmoidForward(DeviceView<float> input, DeviceView<float> output);

    /// <summary>The gradient of <see cref="SigmoidForward"/> from its output y, assigned: outputGradient * y * (1 - y).</summary>
    public abstract void SigmoidBackward(DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient);

    /// <summary>
    /// output = tanh(input), element by element, as 2 * sigmoid(2 * input) - 1: the absolute error is about 1e-7, also near 0.
    /// </summary>
    public abstract void TanhForward(DeviceView<float> input, DeviceView<float> output);

    /// <summary>The gradient of <see cref="TanhForward"/> from its output y, assigned: outputGradient * (1 - y * y).</summary>
    public abstract void TanhBackward(DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient);

    /// <summary>Fourier features of angles: row by row their cosines, then their sines, all divided by sqrt(2 * width).</summary>
    /// <param name="input">Angles in radians, shape [rows, width]; beyond 50000 precision is lost.</param>
    /// <param name="output">Shape [rows, 2 * width]; assigned.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Angles in a row, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short.</exception>
    public abstract void FourierForward(DeviceView<float> input, DeviceView<float> output, int rows, int width);

    /// <summary>The gradient of <see cref="FourierForward"/> from its output, assigned.</summary>
    /// <param name="output">Shape [rows, 2 * width].</param>
    /// <param name="outputGradient">Shape [rows, 2 * width].</param>
    /// <param name="inputGradient">Shape [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Angles in a row, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short.</exception>
    public abstract void FourierBackward(
        DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient, int rows, int width);

    /// <summary>Bytes that <see cref="GluForward"/> must move.</summary>
    public static double GluForwardBytes(int rows, int width) => sizeof(float) * 3.0 * rows * width;

    /// <summary>Bytes that <see cref="GluBackward"/> must move.</summary>
    public static double GluBackwardBytes(int rows, int width) => sizeof(float) * 5.0 * rows * width;
}
