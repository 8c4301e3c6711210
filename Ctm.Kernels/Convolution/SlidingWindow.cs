using System.Runtime.CompilerServices;

namespace Ctm.Kernels.Convolution;

/// <summary>Where a window lies in an image, as kernel bodies need it. Output o and tap k meet input o * Stride - Padding + k.</summary>
internal readonly struct SlidingWindow(
    int height, int width, int outHeight, int outWidth, int kernelHeight, int kernelWidth, int stride, int padding)
{
    public readonly int Height = height, Width = width, OutHeight = outHeight, OutWidth = outWidth;
    public readonly int KernelHeight = kernelHeight, KernelWidth = kernelWidth, Stride = stride, Padding = padding;

    /// <summary>The first output that meets an input with one of its taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstOutput(int input, int kernel, int stride, int padding)
    {
        int before = input + padding - kernel + 1;
        return before <= 0 ? 0 : (before + stride - 1) / stride;
    }

    /// <summary>One more than the last output that meets an input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EndOutput(int input, int outputs, int stride, int padding)
    {
        int end = ((input + padding) / stride) + 1;
        return end < outputs ? end : outputs;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Limit(int value, int low, int high) => value < low ? low : value > high ? high : value;
}
