using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Convolution;

/// <content>Where no columns are written.</content>
internal sealed partial class ConvolutionLauncher<TFloats, TInts>
{
    /// <summary>What convolves without columns; null on the host, where they pay, and where the images are the columns.</summary>
    private ImplicitConvolution? Implicit(in ConvolutionShape shape) =>
        shape.IsPointwise || shape.Batch == 0 ? null : Device.ImplicitConvolution;

    /// <summary>All groups' weights, [output channel, tap, channel]; those of one tap are read where they were packed from.</summary>
    private static DeviceView<float> OrderedWeights(PackedConvolution weights)
    {
        if (weights.Ordered is { } ordered)
        {
            return ordered.View;
        }

        DeviceView<float> first = weights.Forward[0].View;
        return new DeviceView<float>(first.Buffer!, first.Offset, weights.Shape.WeightLength);
    }
}
