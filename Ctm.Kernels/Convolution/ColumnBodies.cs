using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <summary>
/// One row of the column matrix for each output pixel: its window's values in the order (row, column, channel), 0 outside the
/// image. Neighbouring taps lie side by side in the image too, so without groups a whole row of the kernel is one run.
/// </summary>
/// <remarks>
/// Runs are written in ascending order, and on the host a lane vector may write past its run: what it spoils is written after
/// it, or lies between the last column and <see cref="Leading"/>. On a device runs are whole numbers of lane vectors.
/// </remarks>
internal struct ImagesToColumns<TFloats> : IRowKernel<ImagesToColumns<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Columns;
    public SlidingWindow Window;

    /// <summary>Floats from Input on that may be read.</summary>
    public int InputLength;

    /// <summary>Distance between input pixels.</summary>
    public int PixelStride;

    /// <summary>Channels to copy of each pixel.</summary>
    public int Channels;

    /// <summary>Taps that make one run: the kernel's width, or 1 where other channels lie between.</summary>
    public int RunTaps;

    /// <summary>Distance between rows of the columns.</summary>
    public int Leading;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(ImagesToColumns<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        SlidingWindow window = body.Window;
        int image = row / (window.OutHeight * window.OutWidth), pixel = row - (image * window.OutHeight * window.OutWidth);
        int outY = pixel / window.OutWidth;
        int top = (outY * window.Stride) - window.Padding;
        int left = ((pixel - (outY * window.OutWidth)) * window.Stride) - window.Padding;
        int channels = body.Channels, runTaps = body.RunTaps, run = runTaps * channels, start = 0;
        TFloats columns = body.Columns.Skip(row * body.Leading);
        var zero = TLanes.Broadcast(0f);
        int worker = team.Index * TLanes.Width, step = team.Count * TLanes.Width;
        for (int i = 0; i < window.KernelHeight; i++)
        {
            int y = top + i;
            bool inside = y >= 0 && y < window.Height;
            for (int j = 0; j < window.KernelWidth; j += runTaps)
            {
                int x = left + j;
                int from = channels * (inside ? SlidingWindow.Limit(-x, 0, runTaps) : runTaps);
                int to = channels * (inside ? SlidingWindow.Limit(window.Width - x, 0, runTaps) : runTaps);
                int source = ((((image * window.Height) + y) * window.Width) + x) * body.PixelStride;
                for (int c = worker; c < from; c += step)
                {
                    columns.Store(start + c, body.Leading, zero);
                }

                for (int c = from + worker; c < to; c += step)
                {
                    columns.Store(start + c, body.Leading, body.Input.Load<TLanes>(source + c, body.InputLength));
                }

                for (int c = to + worker; c < run; c += step)
                {
                    columns.Store(start + c, body.Leading, zero);
                }

                start += run;
            }
        }
    }
}

/// <summary>
/// The transpose of <see cref="ImagesToColumns{TFloats}"/>: each input pixel sums the columns that were copied from it, in
/// ascending order of the output pixels.
/// </summary>
internal struct ColumnsToImages<TFloats> : IRowKernel<ColumnsToImages<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Columns, Images;
    public SlidingWindow Window;

    /// <summary>Floats from Columns on that may be read.</summary>
    public int ColumnsLength;

    /// <summary>Distance between input pixels.</summary>
    public int PixelStride;

    /// <summary>Channels to sum of each pixel.</summary>
    public int Channels;

    /// <summary>Distance between rows of the columns.</summary>
    public int Leading;

    /// <summary>1 adds to the images, 0 assigns.</summary>
    public int Accumulate;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(ColumnsToImages<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        SlidingWindow window = body.Window;
        int image = row / (window.Height * window.Width), pixel = row - (image * window.Height * window.Width);
        int y = pixel / window.Width, x = pixel - (y * window.Width), stride = window.Stride, padding = window.Padding;
        int fromY = SlidingWindow.FirstOutput(y, window.KernelHeight, stride, padding);
        int toY = SlidingWindow.EndOutput(y, window.OutHeight, stride, padding);
        int fromX = SlidingWindow.FirstOutput(x, window.KernelWidth, stride, padding);
        int toX = SlidingWindow.EndOutput(x, window.OutWidth, stride, padding);

        // One output further is one row of columns further, and one stride of taps back.
        int channels = body.Channels, stepX = body.Leading - (stride * channels);
        int stepY = (window.OutWidth * body.Leading) - (stride * window.KernelWidth * channels);
        int tap = ((y + padding - (fromY * stride)) * window.KernelWidth) + x + padding - (fromX * stride);
        int first = ((((image * window.OutHeight) + fromY) * window.OutWidth) + fromX) * body.Leading + (tap * channels);
        TFloats images = body.Images.Skip(row * body.PixelStride);
        for (int c = team.Index * TLanes.Width; c < channels; c += team.Count * TLanes.Width)
        {
            TLanes sum = body.Accumulate != 0 ? images.Load<TLanes>(c, channels) : TLanes.Broadcast(0f);
            int index = first + c;
            for (int i = fromY; i < toY; i++)
            {
                int place = index;
                for (int j = fromX; j < toX; j++)
                {
                    sum += body.Columns.Load<TLanes>(place, body.ColumnsLength);
                    place += stepX;
                }

                index += stepY;
            }

            images.Store(c, channels, sum);
        }
    }
}
