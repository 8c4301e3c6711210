using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Kernels.Convolution;

/// <summary>
/// The weights of a convolution in the order that the matrix multiplication reads them, one matrix a group: filled by
/// <see cref="ConvolutionKernels.PackWeights"/> whenever the weights have changed. A device reads a 1 x 1 kernel's weights where
/// they are, so they must live as long as this does.
/// </summary>
public sealed class PackedConvolution : IDisposable
{
    internal PackedConvolution(ConvolutionShape shape, DeviceBuffer<float>? ordered, PackedMatrix[] forward, PackedMatrix[]? backward)
    {
        Shape = shape;
        Ordered = ordered;
        Forward = forward;
        Backward = backward;
    }

    /// <summary>The shape it was allocated for; batch and image size may differ where it is used.</summary>
    public ConvolutionShape Shape { get; }

    /// <summary>True when it can serve for input gradients.</summary>
    public bool HasInputGradient => Backward is not null;

    /// <summary>
    /// The weights as [output channel, tap, channel]; null for a kernel of one tap. Kept because a device reads them in place.
    /// </summary>
    internal DeviceBuffer<float>? Ordered { get; }

    /// <summary>For each group, B [taps, output channels of the group].</summary>
    internal PackedMatrix[] Forward { get; }

    /// <summary>For each group, B [output channels of the group, taps].</summary>
    internal PackedMatrix[]? Backward { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PackedMatrix matrix in Forward)
        {
            matrix.Dispose();
        }

        foreach (PackedMatrix matrix in Backward ?? [])
        {
            matrix.Dispose();
        }

        Ordered?.Dispose();
    }
}
