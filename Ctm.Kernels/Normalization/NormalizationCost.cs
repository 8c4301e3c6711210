namespace Ctm.Kernels.Normalization;

/// <summary>
/// Least traffic and arithmetic of the normalisations: every matrix counted once for each time a kernel must pass over it in main
/// memory, columns' parameters not at all; an exponential counts as 8 operations.
/// </summary>
public static class NormalizationCost
{
    /// <summary>Floating-point operations of <see cref="NormalizationKernels.LayerNormForward"/>.</summary>
    public static double LayerNormForwardFlops(int rows, int width, bool addend, NormalizationActivation activation) =>
        (double)rows * width * (8 + (addend ? 1 : 0) + (activation == NormalizationActivation.Silu ? 11 : 0));

    /// <summary>Bytes of <see cref="NormalizationKernels.LayerNormForward"/>: the row is read once and stays in a cache.</summary>
    public static double LayerNormForwardBytes(int rows, int width, bool addend) => 4.0 * rows * width * (addend ? 3 : 2);

    /// <summary>
    /// Floating-point operations of <see cref="NormalizationKernels.LayerNormBackwardInput"/> and
    /// <see cref="NormalizationKernels.LayerNormBackwardParameters"/> together.
    /// </summary>
    public static double LayerNormBackwardFlops(int rows, int width, bool addend, NormalizationActivation activation) =>
        (double)rows * width * (18 + (addend ? 3 : 0) + (activation == NormalizationActivation.Silu ? 45 : 0));

    /// <summary>
    /// Bytes of <see cref="NormalizationKernels.LayerNormBackwardInput"/> and
    /// <see cref="NormalizationKernels.LayerNormBackwardParameters"/> together.
    /// </summary>
    public static double LayerNormBackwardBytes(int rows, int width, bool addend) => 4.0 * rows * width * (addend ? 7 : 5);

    /// <summary>Floating-point operations of <see cref="NormalizationKernels.SkipNormForward"/>.</summary>
    public static double SkipNormForwardFlops(int rows, int width) => (double)rows * width * ((2 * 8) + 12);

    /// <summary>Bytes of <see cref="NormalizationKernels.SkipNormForward"/>.</summary>
    public static double SkipNormForwardBytes(int rows, int width) => 4.0 * rows * width * 3;

    /// <summary>
    /// Floating-point operations of <see cref="NormalizationKernels.SkipNormBackwardInput"/>, with those of all parameters' gradients.
    /// </summary>
    public static double SkipNormBackwardFlops(int rows, int width) => (double)rows * width * ((2 * 18) + (4 * 20));

    /// <summary>Bytes of <see cref="NormalizationKernels.SkipNormBackwardInput"/>, with those of all parameters' gradients.</summary>
    public static double SkipNormBackwardBytes(int rows, int width) => 4.0 * rows * width * (6 + 3 + 2);

    /// <summary>Floating-point operations of <see cref="NormalizationKernels.BatchNormForwardTrain"/>.</summary>
    public static double BatchNormForwardFlops(int rows, int channels, bool addend, bool relu) =>
        (double)rows * channels * (7 + (addend ? 1 : 0) + (relu ? 1 : 0));

    /// <summary>
    /// Bytes of <see cref="NormalizationKernels.BatchNormForwardTrain"/>: the input is read for the statistics and again.
    /// </summary>
    public static double BatchNormForwardBytes(int rows, int channels, bool addend) => 4.0 * rows * channels * (addend ? 4 : 3);

    /// <summary>Floating-point operations of <see cref="NormalizationKernels.BatchNormBackwardTrain"/>.</summary>
    public static double BatchNormBackwardFlops(int rows, int channels, bool relu) =>
        (double)rows * channels * (9 + (relu ? 4 : 0));

    /// <summary>Bytes of <see cref="NormalizationKernels.BatchNormBackwardTrain"/>.</summary>
    public static double BatchNormBackwardBytes(int rows, int channels, bool addend, bool relu) =>
        4.0 * rows * channels * (5 + (relu ? 2 : 0) + (addend ? 1 : 0));
}
