namespace Ctm.Kernels.Convolution;

/// <summary>
/// Shape of max pooling over images [Batch, Height, Width, Channels], giving [Batch, OutHeight, OutWidth, Channels].
/// Output sizes are rounded down. Padding counts as minus infinity.
/// </summary>
/// <param name="Batch">Number of images, 0 or more.</param>
/// <param name="Height">Rows of pixels of an input image.</param>
/// <param name="Width">Pixels in a row of an input image.</param>
/// <param name="Channels">Channels of input and output.</param>
/// <param name="Kernel">Rows and columns of the window.</param>
public readonly record struct PoolingShape(int Batch, int Height, int Width, int Channels, int Kernel)
{
    /// <summary>Input pixels between neighbouring windows; 1 unless set.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Pixels around each image, at most half the kernel; 0 unless set.</summary>
    public int Padding { get; init; }

    /// <summary>Rows of pixels of an output image.</summary>
    public int OutHeight => ((Height + (2 * Padding) - Kernel) / Stride) + 1;

    /// <summary>Pixels in a row of an output image.</summary>
    public int OutWidth => ((Width + (2 * Padding) - Kernel) / Stride) + 1;

    /// <summary>Floats of the input.</summary>
    public int InputLength => Batch * Height * Width * Channels;

    /// <summary>Floats of the output, and of the taps.</summary>
    public int OutputLength => Batch * OutHeight * OutWidth * Channels;

    /// <summary>Bytes that the forward pass must move at least: input, output and taps once each.</summary>
    public double Bytes => 4.0 * Batch * Channels * (((double)Height * Width) + (2.0 * OutHeight * OutWidth));

    internal SlidingWindow Window => new(Height, Width, OutHeight, OutWidth, Kernel, Kernel, Stride, Padding);

    /// <summary>Fails with one line on what is wrong.</summary>
    internal void Validate()
    {
        Require(Batch >= 0, "the batch must not be negative");
        Require(Height > 0 && Width > 0 && Channels > 0, "images must have at least one pixel and one channel");
        Require(Kernel > 0 && Stride > 0, "kernel and stride must be 1 or more");
        Require(Padding >= 0 && 2 * Padding <= Kernel, "the padding must be at most half the kernel");
        Require(Math.Min(Height, Width) + (2 * Padding) >= Kernel, "the kernel must fit into the padded image");
        Require(
            Math.Max((double)Height * Width, (double)OutHeight * OutWidth) * Channels * Batch <= int.MaxValue,
            "tensors must have fewer than 2^31 elements");
    }

    private void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(
                $"No such max pooling: {rule}. Got batch {Batch}, image {Height} x {Width}, channels {Channels}, "
                + $"kernel {Kernel}, stride {Stride}, padding {Padding}.");
        }
    }
}
