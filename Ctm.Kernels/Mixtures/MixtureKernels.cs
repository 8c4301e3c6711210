using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Mixtures;

/// <summary>A few arrays of the same length, summed with weights that are the softmax of as many logits.</summary>
public abstract class MixtureKernels
{
    private protected MixtureKernels()
    {
    }

    /// <summary>weights = softmax(logits); output = sum over n of weights[n] * parts[n], in ascending order of n.</summary>
    /// <param name="logits">Shape [count]; count is its length, 1 or more.</param>
    /// <param name="parts">Shape [count, length].</param>
    /// <param name="weights">Receives the weights, shape [count].</param>
    /// <param name="output">Shape [length]; length is its length. Assigned.</param>
    /// <exception cref="ArgumentException">When there are no logits, or a view is too short.</exception>
    public abstract void Forward(
        DeviceView<float> logits, DeviceView<float> parts, DeviceView<float> weights, DeviceView<float> output);

    /// <summary>The gradient of the parts, assigned, and that of the logits.</summary>
    /// <param name="parts">Shape [count, length].</param>
    /// <param name="weights">From <see cref="Forward"/>, shape [count]; count is its length.</param>
    /// <param name="outputGradient">Shape [length]; length is its length.</param>
    /// <param name="partsGradient">weights[n] * outputGradient for every n, shape [count, length].</param>
    /// <param name="logitsGradient">Accumulates, shape [count].</param>
    /// <exception cref="ArgumentException">When there are no weights, or a view is too short.</exception>
    public abstract void Backward(
        DeviceView<float> parts,
        DeviceView<float> weights,
        DeviceView<float> outputGradient,
        DeviceView<float> partsGradient,
        DeviceView<float> logitsGradient);

    /// <summary>Floating-point operations of <see cref="Forward"/>; <see cref="Backward"/> has half as many again.</summary>
    /// <param name="count">Number of parts.</param>
    /// <param name="length">Length of each.</param>
    public static double Flops(int count, int length) => 2.0 * count * length;

    /// <summary>Bytes that <see cref="Forward"/> must move.</summary>
    /// <param name="count">Number of parts.</param>
    /// <param name="length">Length of each.</param>
    public static double ForwardBytes(int count, int length) => 4.0 * length * (count + 1.0);

    /// <summary>Bytes that <see cref="Backward"/> must move.</summary>
    /// <param name="count">Number of parts.</param>
    /// <param name="length">Length of each.</param>
    public static double BackwardBytes(int count, int length) => 4.0 * length * ((2.0 * count) + 1);
}
