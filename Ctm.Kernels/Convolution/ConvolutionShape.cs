namespace Ctm.Kernels.Convolution;

/// <summary>
/// Shape of a 2-D convolution over images [Batch, Height, Width, InChannels] with weights
/// [OutChannels, InChannels / Groups, KernelHeight, KernelWidth], giving [Batch, OutHeight, OutWidth, OutChannels].
/// </summary>
/// <param name="Batch">Number of images, 0 or more.</param>
/// <param name="Height">Rows of pixels of an input image.</param>
/// <param name="Width">Pixels in a row of an input image.</param>
/// <param name="InChannels">Channels of the input.</param>
/// <param name="OutChannels">Channels of the output.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
public readonly record struct ConvolutionShape(
    int Batch, int Height, int Width, int InChannels, int OutChannels, int KernelHeight, int KernelWidth)
{
    /// <summary>Input pixels between neighbouring output pixels, in both directions; 1 unless set.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Pixels of zeros around each image, on all four sides; 0 unless set.</summary>
    public int Padding { get; init; }

    /// <summary>Number of groups: output group g sees input group g only; 1 unless set.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Rows of pixels of an output image.</summary>
    public int OutHeight => ((Height + (2 * Padding) - KernelHeight) / Stride) + 1;

    /// <summary>Pixels in a row of an output image.</summary>
    public int OutWidth => ((Width + (2 * Padding) - KernelWidth) / Stride) + 1;

    /// <summary>Floats of the input.</summary>
    public int InputLength => Batch * Height * Width * InChannels;

    /// <summary>Floats of the output.</summary>
    public int OutputLength => Batch * OutPixels * OutChannels;

    /// <summary>Floats of the weights.</summary>
    public int WeightLength => OutChannels * Taps;

    /// <summary>
    /// Floating-point operations of the forward pass; the gradients of the input and of the weights each take as many.
    /// </summary>
    public double Flops => 2.0 * Batch * OutPixels * OutChannels * Taps;

    /// <summary>Bytes that the forward pass must move at least: input, weights and output once each.</summary>
    public double Bytes =>
        4.0 * (((double)Batch * Height * Width * InChannels) + ((double)OutChannels * Taps) + ((double)Batch * OutPixels * OutChannels));

    internal int OutPixels => OutHeight * OutWidth;

    internal int GroupIn => InChannels / Groups;

    internal int GroupOut => OutChannels / Groups;

    /// <summary>Input values that one output value is made of.</summary>
    internal int Taps => KernelHeight * KernelWidth * GroupIn;

    /// <summary>True where the columns are the input itself.</summary>
    internal bool IsPointwise => KernelHeight == 1 && KernelWidth == 1 && Stride == 1 && Padding == 0;

    internal SlidingWindow Window => new(Height, Width, OutHeight, OutWidth, KernelHeight, KernelWidth, Stride, Padding);

    /// <summary>Fails with one line on what is wrong.</summary>
    internal void Validate()
    {
        Require(Batch >= 0, "the batch must not be negative");
        Require(Height > 0 && Width > 0, "images must have at least one pixel");
        Require(InChannels > 0 && OutChannels > 0, "there must be at least one channel");
        Require(KernelHeight > 0 && KernelWidth > 0, "the kernel must have at least one tap");
        Require(Stride > 0, "the stride must be 1 or more");
        Require(Padding >= 0, "the padding must not be negative");
        Require(Groups > 0, "there must be at least one group");
        Require(InChannels % Groups == 0 && OutChannels % Groups == 0, "both numbers of channels must be multiples of the groups");
        Require(
            Height + (2 * Padding) >= KernelHeight && Width + (2 * Padding) >= KernelWidth,
            "the kernel must fit into the padded image");
        Require(
            Math.Max((double)Height * Width * InChannels, (double)OutPixels * OutChannels) * Batch <= int.MaxValue
                && (double)OutPixels * (Taps + 32) <= int.MaxValue,
            "tensors must have fewer than 2^31 elements");
    }

    private void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(
                $"No such convolution: {rule}. Got batch {Batch}, image {Height} x {Width}, channels {InChannels} to {OutChannels}, "
                + $"kernel {KernelHeight} x {KernelWidth}, stride {Stride}, padding {Padding}, groups {Groups}.");
        }
    }
}
