using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Kernels.Bottleneck;

/// <summary>
/// The bottleneck of the synapse model's U-Net (models/modules.py, SynapseUNET): down to a few values and up again, around a skip. It is too
/// small to pay for a launch a layer, so the forward pass is one kernel. What the layers give on the way is kept, so that the backward pass
/// is that of the layers: two matrix products, <see cref="NormalizationKernels.LayerNormBackwardInput"/> and
/// <see cref="NormalizationKernels.SkipNormBackwardInput"/>.
/// </summary>
public abstract class BottleneckKernels
{
    private protected BottleneckKernels()
    {
    }

    /// <summary>Floating-point operations of <see cref="Forward"/>.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row outside.</param>
    /// <param name="narrow">Elements of a row inside.</param>
    public static double ForwardFlops(int rows, int width, int narrow) => (4.0 * rows * width * narrow)
        + NormalizationCost.LayerNormForwardFlops(rows, narrow, addend: false, NormalizationActivation.Silu)
        + NormalizationCost.SkipNormForwardFlops(rows, width);

    /// <summary>Bytes that <see cref="Forward"/> must move: weights and input in, everything that it keeps out.</summary>
    /// <inheritdoc cref="ForwardFlops"/>
    public static double ForwardBytes(int rows, int width, int narrow) =>
        sizeof(float) * ((2.0 * width * narrow) + (rows * ((3.0 * width) + (2.0 * narrow))));

    /// <summary>
    /// squeezed = input W^T + b, narrow = SiLU(LayerNorm(squeezed)), widened = narrow W^T + b, and the output is what
    /// <see cref="NormalizationKernels.SkipNormForward"/> makes of it with the input as the skip.
    /// </summary>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="down">The way in.</param>
    /// <param name="up">The way out.</param>
    /// <param name="output">Shape [rows, width]; assigned.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row outside, 1 or more.</param>
    /// <param name="narrow">Elements of a row inside, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Forward(
        DeviceView<float> input, in BottleneckDown down, in BottleneckUp up, DeviceView<float> output, int rows, int width, int narrow);
}

/// <summary>The way into a bottleneck.</summary>
/// <param name="Weight">Shape [narrow, width].</param>
/// <param name="LinearBias">Shape [narrow].</param>
/// <param name="NormWeight">Of the normalisation, shape [narrow].</param>
/// <param name="NormBias">Of the normalisation, shape [narrow].</param>
/// <param name="Squeezed">Receives the linear layer's output, shape [rows, narrow].</param>
/// <param name="Statistics">Receives mean and 1 / sqrt(variance + 1e-5) of each row of it, shape [rows, 2].</param>
/// <param name="Narrow">Receives the normalised and activated values, shape [rows, narrow].</param>
public readonly record struct BottleneckDown(
    DeviceView<float> Weight,
    DeviceView<float> LinearBias,
    DeviceView<float> NormWeight,
    DeviceView<float> NormBias,
    DeviceView<float> Squeezed,
    DeviceView<float> Statistics,
    DeviceView<float> Narrow);

/// <summary>The way out of a bottleneck.</summary>
/// <param name="Weight">Shape [width, narrow].</param>
/// <param name="LinearBias">Shape [width].</param>
/// <param name="Widened">Receives the linear layer's output, shape [rows, width].</param>
/// <param name="Norms">Of the normalisations around the skip.</param>
public readonly record struct BottleneckUp(
    DeviceView<float> Weight, DeviceView<float> LinearBias, DeviceView<float> Widened, SkipNormParameters Norms);
