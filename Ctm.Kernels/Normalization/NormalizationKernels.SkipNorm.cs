using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Normalization;

/// <content>The synapse model's way up: two normalisations around a skip.</content>
public abstract partial class NormalizationKernels
{
    /// <summary>
    /// What joins a level of the synapse model's U-Net on its way up (models/modules.py, SynapseUNET): y = SiLU(LayerNorm(input) * weight +
    /// bias), x = y + skip, output = LayerNorm(x) * skip weight + skip bias. y and x are not kept: backward computes them again.
    /// </summary>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="skip">Shape [rows, width].</param>
    /// <param name="parameters">Of both normalisations.</param>
    /// <param name="output">Shape [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row, 1 or more where there are rows.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void SkipNormForward(
        DeviceView<float> input, DeviceView<float> skip, in SkipNormParameters parameters, DeviceView<float> output, int rows, int width);

    /// <summary>The gradients of <see cref="SkipNormForward"/> by input, assigned, and by x, which is that of y and of skip.</summary>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="skip">Shape [rows, width].</param>
    /// <param name="parameters">As forward left them.</param>
    /// <param name="outputGradient">Shape [rows, width].</param>
    /// <param name="inputGradient">Shape [rows, width]; assigned.</param>
    /// <param name="sumGradient">The gradient of x, shape [rows, width]; assigned.</param>
    /// <param name="skipGradient">Shape [rows, width]; assigned or added to.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="accumulate">Whether the skip's gradient is added to.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void SkipNormBackwardInput(
        DeviceView<float> input,
        DeviceView<float> skip,
        in SkipNormParameters parameters,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> sumGradient,
        DeviceView<float> skipGradient,
        int rows,
        int width,
        bool accumulate);

    /// <summary>
    /// The gradients of <see cref="SkipNormForward"/> by the second normalisation's weight and bias, accumulated. Those of the first are
    /// <see cref="LayerNormBackwardParameters"/> with the gradient of x. Rows of many calls of forward may be given at once.
    /// </summary>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="skip">Shape [rows, width].</param>
    /// <param name="parameters">As forward left them.</param>
    /// <param name="outputGradient">Shape [rows, width].</param>
    /// <param name="skipWeightGradient">Shape [width].</param>
    /// <param name="skipBiasGradient">Shape [width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void SkipNormBackwardParameters(
        DeviceView<float> input,
        DeviceView<float> skip,
        in SkipNormParameters parameters,
        DeviceView<float> outputGradient,
        DeviceView<float> skipWeightGradient,
        DeviceView<float> skipBiasGradient,
        int rows,
        int width);
}

/// <summary>Parameters and statistics of both normalisations of a skip.</summary>
/// <param name="Weight">Of the first, before SiLU, shape [width].</param>
/// <param name="Bias">Of the first, shape [width].</param>
/// <param name="Statistics">Receives mean and 1 / sqrt(variance + 1e-5) of each row of the input, shape [rows, 2].</param>
/// <param name="SkipWeight">Of the second, after the skip, shape [width].</param>
/// <param name="SkipBias">Of the second, shape [width].</param>
/// <param name="SkipStatistics">Receives the same of each row of x, shape [rows, 2].</param>
public readonly record struct SkipNormParameters(
    DeviceView<float> Weight,
    DeviceView<float> Bias,
    DeviceView<float> Statistics,
    DeviceView<float> SkipWeight,
    DeviceView<float> SkipBias,
    DeviceView<float> SkipStatistics);
