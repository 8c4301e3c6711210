using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Kernels.Convolution;

/// <summary>
/// The windows of images as a matrix [output pixels, taps and channels] that is stored nowhere. A place is an output pixel, a step a tap
/// and channel.
/// </summary>
internal readonly struct WindowsAlongSteps : IOperandOrder
{
    public static bool IsAlongSteps => true;

    public static bool IsStored => false;

    public static int At(OperandShape shape, int place, int step) => Of(shape, place, step);

    /// <summary>Where the image is that an output pixel sees through a tap; negative outside it.</summary>
    public static int Of(OperandShape shape, int pixel, int tapAndChannel)
    {
        SlidingWindow window = shape.Window;
        int row = pixel / window.OutWidth, image = row / window.OutHeight, tap = tapAndChannel / shape.Channels;
        int tapRow = tap / window.KernelWidth;
        int y = ((row - (image * window.OutHeight)) * window.Stride) - window.Padding + tapRow;
        int x = ((pixel - (row * window.OutWidth)) * window.Stride) - window.Padding + tap - (tapRow * window.KernelWidth);
        bool isInside = y >= 0 && y < window.Height && x >= 0 && x < window.Width;
        int at = ((((image * window.Height) + y) * window.Width) + x) * shape.PixelStride;
        return isInside ? at + tapAndChannel - (tap * shape.Channels) : -1;
    }
}

/// <summary>The same matrix turned around: a place is a tap and channel, a step an output pixel.</summary>
internal readonly struct WindowsAcrossSteps : IOperandOrder
{
    public static bool IsAlongSteps => false;

    public static bool IsStored => false;

    public static int At(OperandShape shape, int place, int step) => WindowsAlongSteps.Of(shape, step, place);
}

/// <summary>
/// The output pixels that see an input pixel, as a matrix [input pixels, taps and output channels]. A place is an input pixel, a step a
/// tap and output channel.
/// </summary>
internal readonly struct OutputsAlongSteps : IOperandOrder
{
    public static bool IsAlongSteps => true;

    public static bool IsStored => false;

    public static int At(OperandShape shape, int place, int step)
    {
        SlidingWindow window = shape.Window;
        int row = place / window.Width, image = row / window.Height, tap = step / shape.Channels, tapRow = tap / window.KernelWidth;
        int fromTop = row - (image * window.Height) + window.Padding - tapRow;
        int fromLeft = place - (row * window.Width) + window.Padding - tap + (tapRow * window.KernelWidth);
        int y = fromTop / window.Stride, x = fromLeft / window.Stride;
        bool isSeen = fromTop >= 0 && fromLeft >= 0 && y * window.Stride == fromTop && x * window.Stride == fromLeft
            && y < window.OutHeight && x < window.OutWidth;
        int at = ((((image * window.OutHeight) + y) * window.OutWidth) + x) * shape.PixelStride;
        return isSeen ? at + step - (tap * shape.Channels) : -1;
    }
}

/// <summary>
/// Weights [output channel, tap, channel] as a matrix [taps and output channels, channels]: a place is a channel, a step a tap and
/// output channel.
/// </summary>
internal readonly struct WeightsAcrossSteps : IOperandOrder
{
    public static bool IsAlongSteps => false;

    public static bool IsStored => true;

    public static int At(OperandShape shape, int place, int step)
    {
        int tap = step / shape.Channels;
        return ((step - (tap * shape.Channels)) * shape.Leading) + (tap * shape.OtherChannels) + place;
    }
}
