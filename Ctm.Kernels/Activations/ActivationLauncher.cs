using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Activations;

/// <summary>The activation kernels on either executor.</summary>
internal sealed class ActivationLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : ActivationKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void GluForward(DeviceView<float> input, DeviceView<float> output, int rows, int width) => executor.Rows(
        new GluForward<TFloats> { Input = TFloats.Of(input), Output = TFloats.Of(output), Width = width },
        rows,
        3 * width,
        Aligned.To4(width, input, output));

    public override void GluBackward(
        DeviceView<float> input, DeviceView<float> outputGradient, DeviceView<float> inputGradient, int rows, int width) => executor.Rows(
        new GluBackward<TFloats>
        {
            Input = TFloats.Of(input),
            OutputGradient = TFloats.Of(outputGradient),
            InputGradient = TFloats.Of(inputGradient),
            Width = width,
        },
        rows,
        5 * width,
        Aligned.To4(width, input, outputGradient, inputGradient));

    public override void ReluForward(DeviceView<float> input, DeviceView<float> output) => executor.Elements(
        new ReluForward<TFloats> { Input = TFloats.Of(input), Output = TFloats.Of(output) },
        output.Length,
        Aligned.To4(0, input, output));

    public override void ReluBackward(DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient) =>
        executor.Elements(
            new ReluBackward<TFloats>
            {
                Output = TFloats.Of(output),
                OutputGradient = TFloats.Of(outputGradient),
                InputGradient = TFloats.Of(inputGradient),
            },
            output.Length,
            Aligned.To4(0, output, outputGradient, inputGradient));

    public override void SiluForward(DeviceView<float> input, DeviceView<float> output) => executor.Elements(
        new SiluForward<TFloats> { Input = TFloats.Of(input), Output = TFloats.Of(output) },
        output.Length,
        Aligned.To4(0, input, output));

    public override void SiluBackward(DeviceView<float> input, DeviceView<float> outputGradient, DeviceView<float> inputGradient) =>
        executor.Elements(
            new SiluBackward<TFloats>
            {
                Input = TFloats.Of(input),
                OutputGradient = TFloats.Of(outputGradient),
                InputGradient = TFloats.Of(inputGradient),
            },
            inputGradient.Length,
            Aligned.To4(0, input, outputGradient, inputGradient));

    public override void SigmoidForward(DeviceView<float> input, DeviceView<float> output) => executor.Elements(
        new SigmoidForward<TFloats> { Input = TFloats.Of(input), Output = TFloats.Of(output) },
        output.Length,
        Aligned.To4(0, input, output));

    public override void SigmoidBackward(DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient) =>
        executor.Elements(
            new SigmoidBackward<TFloats>
            {
                Output = TFloats.Of(output),
                OutputGradient = TFloats.Of(outputGradient),
                InputGradient = TFloats.Of(inputGradient),
            },
            inputGradient.Length,
            Aligned.To4(0, output, outputGradient, inputGradient));

    public override void TanhForward(DeviceView<float> input, DeviceView<float> output) => executor.Elements(
        new TanhForward<TFloats> { Input = TFloats.Of(input), Output = TFloats.Of(output) },
        output.Length,
        Aligned.To4(0, input, output));

    public override void TanhBackward(DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient) =>
        executor.Elements(
            new TanhBackward<TFloats>
            {
                Output = TFloats.Of(output),
                OutputGradient = TFloats.Of(outputGradient),
                InputGradient = TFloats.Of(inputGradient),
            },
            inputGradient.Length,
            Aligned.To4(0, output, outputGradient, inputGradient));

    public override void FourierForward(DeviceView<float> input, DeviceView<float> output, int rows, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Lengths.AtLeast(input, Lengths.Of(rows, width), nameof(input));
        Lengths.AtLeast(output, 2L * Lengths.Of(rows, width), nameof(output));
        executor.Items(
            new FourierForward<TFloats>
            {
                Input = TFloats.Of(input),
                Output = TFloats.Of(output),
                Width = width,
                Scale = 1f / MathF.Sqrt(2 * width),
            },
            rows * width,
            30);
    }

    public override void FourierBackward(
        DeviceView<float> output, DeviceView<float> outputGradient, DeviceView<float> inputGradient, int rows, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Lengths.AtLeast(output, 2L * Lengths.Of(rows, width), nameof(output));
        Lengths.AtLeast(outputGradient, 2L * Lengths.Of(rows, width), nameof(outputGradient));
        Lengths.AtLeast(inputGradient, Lengths.Of(rows, width), nameof(inputGradient));
        executor.Rows(
            new FourierBackward<TFloats>
            {
                Output = TFloats.Of(output),
                OutputGradient = TFloats.Of(outputGradient),
                InputGradient = TFloats.Of(inputGradient),
                Width = width,
            },
            rows,
            5 * width,
            Aligned.To4(width, output, outputGradient, inputGradient));
    }
}
