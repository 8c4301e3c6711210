using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <content>Pooling.</content>
internal sealed partial class ConvolutionLauncher<TFloats, TInts>
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void MaxPoolForward(
        in PoolingShape shape, DeviceView<float> input, DeviceView<float> output, DeviceView<float> taps = default)
    {
        shape.Validate();
        Lengths.AtLeast(input, shape.InputLength, nameof(input));
        Lengths.AtLeast(output, shape.OutputLength, nameof(output));
        DeviceView<float> kept = taps.IsAbsent ? output : taps;
        Lengths.AtLeast(kept, shape.OutputLength, nameof(taps));
        executor.Rows(
            new MaxPoolForward<TFloats>
            {
                Input = TFloats.Of(input),
                Output = TFloats.Of(output),
                Taps = TFloats.Of(kept),
                Window = shape.Window,
                Channels = shape.Channels,
                InputLength = shape.InputLength,
                KeepTaps = taps.IsAbsent ? 0 : 1,
            },
            shape.Batch * shape.OutHeight * shape.OutWidth,
            2 * shape.Kernel * shape.Kernel * shape.Channels,
            Aligned.To4(shape.Channels, input, output, kept));
    }

    public override void MaxPoolBackward(
        in PoolingShape shape, DeviceView<float> outputGradient, DeviceView<float> taps, DeviceView<float> inputGradient)
    {
        shape.Validate();
        Lengths.AtLeast(outputGradient, shape.OutputLength, nameof(outputGradient));
        Lengths.AtLeast(taps, shape.OutputLength, nameof(taps));
        Lengths.AtLeast(inputGradient, shape.InputLength, nameof(inputGradient));
        executor.Rows(
            new MaxPoolBackward<TFloats>
            {
                OutputGradient = TFloats.Of(outputGradient),
                Taps = TFloats.Of(taps),
                InputGradient = TFloats.Of(inputGradient),
                Window = shape.Window,
                Channels = shape.Channels,
                OutputLength = shape.OutputLength,
            },
            shape.Batch * shape.Height * shape.Width,
            4 * shape.Channels,
            Aligned.To4(shape.Channels, outputGradient, taps, inputGradient));
    }

    public override void GlobalAverageForward(DeviceView<float> input, DeviceView<float> output, int batch, int pixels, int channels)
    {
        CheckAverage(input, output, batch, pixels, channels);
        executor.Rows(
            new GlobalAverageForward<TFloats>
            {
                Input = TFloats.Of(input),
                Output = TFloats.Of(output),
                Pixels = pixels,
                Channels = channels,
                InputLength = batch * pixels * channels,
            },
            batch,
            pixels * channels,
            Aligned.To4(channels, input, output));
    }

    public override void GlobalAverageBackward(
        DeviceView<float> outputGradient, DeviceView<float> inputGradient, int batch, int pixels, int channels)
    {
        CheckAverage(inputGradient, outputGradient, batch, pixels, channels);
        executor.Rows(
            new GlobalAverageBackward<TFloats>
            {
                OutputGradient = TFloats.Of(outputGradient),
                InputGradient = TFloats.Of(inputGradient),
                Pixels = pixels,
                Channels = channels,
            },
            batch * pixels,
            2 * channels,
            Aligned.To4(channels, outputGradient, inputGradient));
    }

    private static void CheckAverage(DeviceView<float> images, DeviceView<float> means, int batch, int pixels, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Lengths.AtLeast(images, checked(batch * pixels * channels), nameof(images));
        Lengths.AtLeast(means, batch * channels, nameof(means));
    }
}
