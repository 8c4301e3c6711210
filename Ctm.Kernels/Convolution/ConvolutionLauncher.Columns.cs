using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <content>The column matrix: its layout, how much of it there is at a time, and the copies into and out of it.</content>
internal sealed partial class ConvolutionLauncher<TFloats, TInts>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    // Columns of the host should come from its caches; a device needs enough rows at once to be busy.
    private const int HostColumns = 1 << 20, DeviceColumns = 16 << 20;

    /// <summary>
    /// Distance between rows of columns. Where a run of taps is no whole number of lane vectors, each row has room for the
    /// vector that its last run writes over the end.
    /// </summary>
    private static int Leading(in ConvolutionShape shape)
    {
        const int widest = 16;
        if (shape.IsPointwise)
        {
            return shape.InChannels;
        }

        return Run(shape) % widest == 0 ? shape.Taps : (shape.Taps + (2 * widest) - 2) / widest * widest;
    }

    private static int RunTaps(in ConvolutionShape shape) => shape.Groups == 1 ? shape.KernelWidth : 1;

    private static int Run(in ConvolutionShape shape) => RunTaps(shape) * shape.GroupIn;

    private static int ScratchLength(in ConvolutionShape shape, int images) =>
        shape.IsPointwise ? 0 : images * shape.OutPixels * Leading(shape);

    private int ChunkImages(in ConvolutionShape shape)
    {
        if (shape.IsPointwise)
        {
            return Math.Max(1, shape.Batch);
        }

        int limit = Device is HostDevice ? HostColumns : DeviceColumns;
        return Math.Max(1, Math.Min(limit / (shape.OutPixels * Leading(shape)), shape.Batch));
    }

    private DeviceView<float> Columns(
        in ConvolutionShape shape, DeviceView<float> input, DeviceView<float> scratch, int first, int images, int group)
    {
        DeviceView<float> part = InputPart(shape, input, first, group);
        if (shape.IsPointwise)
        {
            return part;
        }

        executor.Rows(
            new ImagesToColumns<TFloats>
            {
                Input = TFloats.Of(part),
                Columns = TFloats.Of(scratch),
                Window = shape.Window,
                InputLength = part.Length,
                PixelStride = shape.InChannels,
                Channels = shape.GroupIn,
                RunTaps = RunTaps(shape),
                Leading = Leading(shape),
            },
            images * shape.OutPixels,
            2 * shape.Taps,
            Aligned.To4(shape.GroupIn, part, scratch));
        return scratch;
    }

    private void SumColumns(
        in ConvolutionShape shape, DeviceView<float> columns, DeviceView<float> images, int count, bool accumulate) => executor.Rows(
        new ColumnsToImages<TFloats>
        {
            Columns = TFloats.Of(columns),
            Images = TFloats.Of(images),
            Window = shape.Window,
            ColumnsLength = columns.Length,
            PixelStride = shape.InChannels,
            Channels = shape.GroupIn,
            Leading = Leading(shape),
            Accumulate = accumulate ? 1 : 0,
        },
        count * shape.Height * shape.Width,
        2 * shape.Taps,
        Aligned.To4(shape.GroupIn, columns, images));
}
