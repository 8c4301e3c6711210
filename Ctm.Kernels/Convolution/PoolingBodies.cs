using System.Runtime.CompilerServices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <summary>
/// One output pixel a row. Choices are products with 0 or 1; a later tap wins only when it is larger, so the first of equals stays.
/// </summary>
internal struct MaxPoolForward<TFloats> : IRowKernel<MaxPoolForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output, Taps;
    public SlidingWindow Window;
    public int Channels, InputLength;

    /// <summary>0 leaves Taps alone.</summary>
    public int KeepTaps;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(MaxPoolForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        SlidingWindow window = body.Window;
        int image = row / (window.OutHeight * window.OutWidth), pixel = row - (image * window.OutHeight * window.OutWidth);
        int outY = pixel / window.OutWidth;
        int top = (outY * window.Stride) - window.Padding;
        int left = ((pixel - (outY * window.OutWidth)) * window.Stride) - window.Padding;
        int fromY = SlidingWindow.Limit(-top, 0, window.KernelHeight);
        int toY = SlidingWindow.Limit(window.Height - top, 0, window.KernelHeight);
        int fromX = SlidingWindow.Limit(-left, 0, window.KernelWidth);
        int toX = SlidingWindow.Limit(window.Width - left, 0, window.KernelWidth);
        int channels = body.Channels, rowStep = window.Width * channels;
        int first = ((((image * window.Height) + top + fromY) * window.Width) + left + fromX) * channels;
        TFloats output = body.Output.Skip(row * channels), taps = body.Taps.Skip(row * channels);
        for (int c = team.Index * TLanes.Width; c < channels; c += team.Count * TLanes.Width)
        {
            int index = first + c;
            var best = body.Input.Load<TLanes>(index, body.InputLength);
            var chosen = TLanes.Broadcast((fromY * window.KernelWidth) + fromX);
            for (int i = fromY; i < toY; i++)
            {
                int place = index;
                for (int j = fromX; j < toX; j++)
                {
                    var value = body.Input.Load<TLanes>(place, body.InputLength);
                    var tap = TLanes.Broadcast((i * window.KernelWidth) + j);
                    chosen += TLanes.Step(value - best) * (tap - chosen);
                    best = TLanes.Max(best, value);
                    place += channels;
                }

                index += rowStep;
            }

            output.Store(c, channels, best);
            if (body.KeepTaps != 0)
            {
                taps.Store(c, channels, chosen);
            }
        }
    }
}

/// <summary>One input pixel a row: it takes the gradients of the windows that chose it, in ascending order of the windows.</summary>
internal struct MaxPoolBackward<TFloats> : IRowKernel<MaxPoolBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats OutputGradient, Taps, InputGradient;
    public SlidingWindow Window;
    public int Channels, OutputLength;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TTeam>(MaxPoolBackward<TFloats> body, int row, TTeam team)
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
        int channels = body.Channels, first = ((((image * window.OutHeight) + fromY) * window.OutWidth) + fromX) * channels;
        TFloats inputGradient = body.InputGradient.Skip(row * channels);
        TLanes zero = TLanes.Broadcast(0f), one = TLanes.Broadcast(1f);
        for (int c = team.Index * TLanes.Width; c < channels; c += team.Count * TLanes.Width)
        {
            var sum = zero;
            int index = first + c;
            for (int i = fromY; i < toY; i++)
            {
                int place = index;
                int tap = ((y + padding - (i * stride)) * window.KernelWidth) + x + padding - (fromX * stride);
                for (int j = fromX; j < toX; j++)
                {
                    // Taps are whole numbers, so the square of their distance is 0 or at least 1.
                    var distance = body.Taps.Load<TLanes>(place, body.OutputLength) - TLanes.Broadcast(tap);
                    var isChosen = TLanes.Max(zero, one - (distance * distance));
                    sum = TLanes.MultiplyAdd(isChosen, body.OutputGradient.Load<TLanes>(place, body.OutputLength), sum);
                    tap -= stride;
                    place += channels;
                }

                index += window.OutWidth * channels;
            }

            inputGradient.Store(c, channels, sum);
        }
    }
}

/// <summary>One image a row.</summary>
internal struct GlobalAverageForward<TFloats> : IRowKernel<GlobalAverageForward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats Input, Output;
    public int Pixels, Channels, InputLength;

    public static void Run<TLanes, TTeam>(GlobalAverageForward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int channels = body.Channels, first = row * body.Pixels * channels;
        TFloats output = body.Output.Skip(row * channels);
        var scale = TLanes.Broadcast(1f / body.Pixels);
        for (int c = team.Index * TLanes.Width; c < channels; c += team.Count * TLanes.Width)
        {
            var sum = TLanes.Broadcast(0f);
            int place = first + c;
            for (int p = 0; p < body.Pixels; p++)
            {
                sum += body.Input.Load<TLanes>(place, body.InputLength);
                place += channels;
            }

            output.Store(c, channels, sum * scale);
        }
    }
}

/// <summary>One input pixel a row.</summary>
internal struct GlobalAverageBackward<TFloats> : IRowKernel<GlobalAverageBackward<TFloats>>
    where TFloats : struct, IMemory<TFloats, float>
{
    public TFloats OutputGradient, InputGradient;
    public int Pixels, Channels;

    public static void Run<TLanes, TTeam>(GlobalAverageBackward<TFloats> body, int row, TTeam team)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTeam : struct, ITeam
    {
        int channels = body.Channels;
        TFloats outputGradient = body.OutputGradient.Skip(row / body.Pixels * channels);
        TFloats inputGradient = body.InputGradient.Skip(row * channels);
        var scale = TLanes.Broadcast(1f / body.Pixels);
        for (int c = team.Index * TLanes.Width; c < channels; c += team.Count * TLanes.Width)
        {
            inputGradient.Store(c, channels, outputGradient.Load<TLanes>(c, channels) * scale);
        }
    }
}
