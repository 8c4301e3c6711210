using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Normalization;

/// <summary>
/// Layer normalisation over the rows of a matrix, and batch normalisation over its columns, as PyTorch defines them. An absent
/// addend stands for none. Views that are written must not overlap the others, but an input gradient may be the output gradient.
/// </summary>
public abstract partial class NormalizationKernels
{
    /// <summary>Added to the variance of a layer normalisation.</summary>
    public const float LayerNormEpsilon = 1e-5f;

    private protected NormalizationKernels()
    {
    }

    /// <summary>
    /// x = input + addend, n = (x - mean(x)) / sqrt(var(x) + 1e-5) * weight + bias, output = activation(n); mean and (biased)
    /// variance are those of a row. The variance is summed around the mean, so a large mean costs no digits.
    /// </summary>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="addend">Shape [rows, width], or absent.</param>
    /// <param name="weight">Shape [width].</param>
    /// <param name="bias">Shape [width].</param>
    /// <param name="output">Shape [rows, width].</param>
    /// <param name="statistics">Receives mean and 1 / sqrt(variance + 1e-5) of each row, shape [rows, 2], for backward.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row, 1 or more where there are rows.</param>
    /// <param name="activation">What follows.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void LayerNormForward(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        DeviceView<float> statistics,
        int rows,
        int width,
        NormalizationActivation activation);

    /// <summary>The gradient of <see cref="LayerNormForward"/> by its input, assigned. The addend's is the same.</summary>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="addend">Shape [rows, width], or absent, as in forward.</param>
    /// <param name="weight">Shape [width].</param>
    /// <param name="bias">Shape [width].</param>
    /// <param name="statistics">As forward left them, shape [rows, 2].</param>
    /// <param name="outputGradient">Shape [rows, width].</param>
    /// <param name="inputGradient">Shape [rows, width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="activation">As in forward.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void LayerNormBackwardInput(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> statistics,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        int rows,
        int width,
        NormalizationActivation activation);

    /// <summary>
    /// The gradients of <see cref="LayerNormForward"/> by weight and bias, accumulated. Rows are summed in chunks that depend on the
    /// shape alone. Rows of many calls of forward may be given at once.
    /// </summary>
    /// <param name="input">Shape [rows, width].</param>
    /// <param name="addend">Shape [rows, width], or absent, as in forward.</param>
    /// <param name="weight">Shape [width].</param>
    /// <param name="bias">Shape [width].</param>
    /// <param name="statistics">As forward left them, shape [rows, 2].</param>
    /// <param name="outputGradient">Shape [rows, width].</param>
    /// <param name="weightGradient">Shape [width].</param>
    /// <param name="biasGradient">Shape [width].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="activation">As in forward.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void LayerNormBackwardParameters(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> statistics,
        DeviceView<float> outputGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        int rows,
        int width,
        NormalizationActivation activation);

    /// <summary>
    /// output = (input - mean) / sqrt(variance + epsilon) * weight + bias + addend, then ReLU where asked; mean and (biased) variance
    /// are those of a column, here a channel whose pixels are the rows. Running statistics move by the momentum towards the mean and
    /// the unbiased variance. Without rows nothing is done.
    /// </summary>
    /// <param name="input">Shape [rows, channels].</param>
    /// <param name="addend">Shape [rows, channels], or absent: what a residual block adds before its last ReLU.</param>
    /// <param name="weight">Shape [channels].</param>
    /// <param name="bias">Shape [channels].</param>
    /// <param name="output">Shape [rows, channels].</param>
    /// <param name="runningMean">Shape [channels], updated.</param>
    /// <param name="runningVariance">Shape [channels], updated.</param>
    /// <param name="statistics">Receives mean and 1 / sqrt(variance + epsilon), shape [2, channels], for backward.</param>
    /// <param name="rows">Number of rows, not 1.</param>
    /// <param name="channels">Columns.</param>
    /// <param name="relu">Whether ReLU comes last.</param>
    /// <param name="momentum">The share of the batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentException">When a view is too short, or for a single row: it has no unbiased variance.</exception>
    public abstract void BatchNormForwardTrain(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        DeviceView<float> runningMean,
        DeviceView<float> runningVariance,
        DeviceView<float> statistics,
        int rows,
        int channels,
        bool relu,
        float momentum = 0.1f,
        float epsilon = 1e-5f);

    /// <summary>As <see cref="BatchNormForwardTrain"/> with the running statistics for mean and variance, which stay as they are.</summary>
    /// <param name="input">Shape [rows, channels].</param>
    /// <param name="addend">Shape [rows, channels], or absent.</param>
    /// <param name="weight">Shape [channels].</param>
    /// <param name="bias">Shape [channels].</param>
    /// <param name="output">Shape [rows, channels].</param>
    /// <param name="runningMean">Shape [channels].</param>
    /// <param name="runningVariance">Shape [channels].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="channels">Columns.</param>
    /// <param name="relu">Whether ReLU comes last.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void BatchNormForwardEval(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        DeviceView<float> runningMean,
        DeviceView<float> runningVariance,
        int rows,
        int channels,
        bool relu,
        float epsilon = 1e-5f);

    /// <summary>
    /// The gradients of <see cref="BatchNormForwardTrain"/>: by input and addend assigned, by weight and bias accumulated.
    /// </summary>
    /// <param name="input">Shape [rows, channels].</param>
    /// <param name="output">Forward's output, shape [rows, channels]; read only with ReLU, whose gradient is 0 where it is 0.</param>
    /// <param name="weight">Shape [channels].</param>
    /// <param name="statistics">As forward left them, shape [2, channels].</param>
    /// <param name="outputGradient">Shape [rows, channels].</param>
    /// <param name="inputGradient">Shape [rows, channels], or absent where it is not wanted.</param>
    /// <param name="addendGradient">Shape [rows, channels], or absent where it is not wanted.</param>
    /// <param name="weightGradient">Shape [channels].</param>
    /// <param name="biasGradient">Shape [channels].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="channels">Columns.</param>
    /// <param name="relu">As in forward.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void BatchNormBackwardTrain(
        DeviceView<float> input,
        DeviceView<float> output,
        DeviceView<float> weight,
        DeviceView<float> statistics,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> addendGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        int rows,
        int channels,
        bool relu);

    /// <summary>
    /// The gradients of <see cref="BatchNormForwardEval"/>, whose statistics are constants: by input and addend assigned, by weight
    /// and bias accumulated.
    /// </summary>
    /// <param name="input">Shape [rows, channels].</param>
    /// <param name="output">Forward's output, shape [rows, channels]; read only with ReLU.</param>
    /// <param name="weight">Shape [channels].</param>
    /// <param name="runningMean">Shape [channels].</param>
    /// <param name="runningVariance">Shape [channels].</param>
    /// <param name="outputGradient">Shape [rows, channels].</param>
    /// <param name="inputGradient">Shape [rows, channels], or absent where it is not wanted.</param>
    /// <param name="addendGradient">Shape [rows, channels], or absent where it is not wanted.</param>
    /// <param name="weightGradient">Shape [channels].</param>
    /// <param name="biasGradient">Shape [channels].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="channels">Columns.</param>
    /// <param name="relu">As in forward.</param>
    /// <param name="epsilon">As in forward.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void BatchNormBackwardEval(
        DeviceView<float> input,
        DeviceView<float> output,
        DeviceView<float> weight,
        DeviceView<float> runningMean,
        DeviceView<float> runningVariance,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> addendGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        int rows,
        int channels,
        bool relu,
        float epsilon = 1e-5f);
}
