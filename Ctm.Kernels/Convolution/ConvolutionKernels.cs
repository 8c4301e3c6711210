using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Convolution;

/// <summary>
/// 2-D convolution and pooling over images stored [batch, height, width, channels]: a row-major matrix of pixels by channels.
/// A convolution is a matrix multiplication: the windows of whole images are copied into the rows of a scratch matrix, a few
/// images at a time. How many depends on the shape and the kind of device only, so results do not depend on threads.
/// Serves the backbones of the reference's models/resnet.py and models/modules.py.
/// </summary>
public abstract class ConvolutionKernels
{
    private protected ConvolutionKernels()
    {
    }

    /// <summary>Room for packed weights. Disposing them is the caller's.</summary>
    /// <param name="shape">Channels, kernel and groups; batch and image size do not matter but must be valid.</param>
    /// <param name="inputGradient">False saves the half that <see cref="BackwardInput"/> needs.</param>
    /// <exception cref="ArgumentException">When there is no such convolution.</exception>
    public abstract PackedConvolution AllocateWeights(in ConvolutionShape shape, bool inputGradient = true);

    /// <summary>
    /// Packs weights; once after each change of them. A device reads a 1 x 1 kernel's weights in place: they must outlive
    /// <paramref name="packed"/>.
    /// </summary>
    /// <param name="weight">Shape [OutChannels, InChannels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="packed">Receives them.</param>
    /// <exception cref="ArgumentException">When the view is too short for the shape.</exception>
    public abstract void PackWeights(DeviceView<float> weight, PackedConvolution packed);

    /// <summary>
    /// output[b, y, x, o] = bias[o] + sum over taps (i, j) and channels c of the group of
    /// weight[o, c, i, j] * input[b, y * Stride - Padding + i, x * Stride - Padding + j, c]; outside the image the input is 0.
    /// </summary>
    /// <param name="shape">The shape.</param>
    /// <param name="input">Shape [Batch, Height, Width, InChannels].</param>
    /// <param name="weights">Packed weights.</param>
    /// <param name="output">Shape [Batch, OutHeight, OutWidth, OutChannels]; assigned.</param>
    /// <param name="bias">Shape [OutChannels]; absent for none.</param>
    /// <exception cref="ArgumentException">When there is no such convolution, or a view is too short for it.</exception>
    public abstract void Forward(
        in ConvolutionShape shape,
        DeviceView<float> input,
        PackedConvolution weights,
        DeviceView<float> output,
        DeviceView<float> bias = default);

    /// <summary>The gradient of <see cref="Forward"/> by its input.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="outputGradient">Shape [Batch, OutHeight, OutWidth, OutChannels].</param>
    /// <param name="weights">Packed weights, allocated with room for the input gradient.</param>
    /// <param name="inputGradient">Shape [Batch, Height, Width, InChannels].</param>
    /// <param name="accumulate">True to add to the gradient, false to assign it.</param>
    /// <exception cref="ArgumentException">When there is no such convolution, or a view is too short for it.</exception>
    public abstract void BackwardInput(
        in ConvolutionShape shape,
        DeviceView<float> outputGradient,
        PackedConvolution weights,
        DeviceView<float> inputGradient,
        bool accumulate = false);

    /// <summary>The gradients of <see cref="Forward"/> by weights and bias; both accumulate.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="input">Shape [Batch, Height, Width, InChannels].</param>
    /// <param name="outputGradient">Shape [Batch, OutHeight, OutWidth, OutChannels].</param>
    /// <param name="weightGradient">Shape [OutChannels, InChannels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="biasGradient">Shape [OutChannels]; absent for none.</param>
    /// <exception cref="ArgumentException">When there is no such convolution, or a view is too short for it.</exception>
    public abstract void BackwardWeights(
        in ConvolutionShape shape,
        DeviceView<float> input,
        DeviceView<float> outputGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient = default);

    /// <summary>
    /// The largest value of each window, channel by channel, and which tap it came from: the first in reading order among equals.
    /// </summary>
    /// <param name="shape">The shape.</param>
    /// <param name="input">Shape [Batch, Height, Width, Channels].</param>
    /// <param name="output">Shape [Batch, OutHeight, OutWidth, Channels]; assigned.</param>
    /// <param name="taps">
    /// Shape of the output; receives row * Kernel + column of the tap within the window, a whole number kept as a float
    /// because lanes are floats. Absent where no gradient is wanted.
    /// </param>
    /// <exception cref="ArgumentException">When there is no such pooling, or a view is too short for it.</exception>
    public abstract void MaxPoolForward(
        in PoolingShape shape, DeviceView<float> input, DeviceView<float> output, DeviceView<float> taps = default);

    /// <summary>The gradient of <see cref="MaxPoolForward"/>, assigned: each window gives its gradient to its tap.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="outputGradient">Shape [Batch, OutHeight, OutWidth, Channels].</param>
    /// <param name="taps">From the forward pass.</param>
    /// <param name="inputGradient">Shape [Batch, Height, Width, Channels].</param>
    /// <exception cref="ArgumentException">When there is no such pooling, or a view is too short for it.</exception>
    public abstract void MaxPoolBackward(
        in PoolingShape shape, DeviceView<float> outputGradient, DeviceView<float> taps, DeviceView<float> inputGradient);

    /// <summary>The mean over all pixels of an image, channel by channel; assigned.</summary>
    /// <param name="input">Shape [batch, pixels, channels].</param>
    /// <param name="output">Shape [batch, channels].</param>
    /// <param name="batch">Number of images, 0 or more.</param>
    /// <param name="pixels">Pixels of an image, 1 or more.</param>
    /// <param name="channels">Channels, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void GlobalAverageForward(DeviceView<float> input, DeviceView<float> output, int batch, int pixels, int channels);

    /// <summary>The gradient of <see cref="GlobalAverageForward"/>, assigned.</summary>
    /// <param name="outputGradient">Shape [batch, channels].</param>
    /// <param name="inputGradient">Shape [batch, pixels, channels].</param>
    /// <param name="batch">Number of images, 0 or more.</param>
    /// <param name="pixels">Pixels of an image, 1 or more.</param>
    /// <param name="channels">Channels, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void GlobalAverageBackward(
        DeviceView<float> outputGradient, DeviceView<float> inputGradient, int batch, int pixels, int channels);
}
