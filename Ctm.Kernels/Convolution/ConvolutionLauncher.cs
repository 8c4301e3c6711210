using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Convolution;

/// <summary>Convolution by column matrices on either executor.</summary>
internal sealed partial class ConvolutionLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : ConvolutionKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    private ComputeDevice Device => executor.Device;

    private MatrixMultiplyKernels MatrixMultiply => executor.Device.MatrixMultiply;

    public override PackedConvolution AllocateWeights(in ConvolutionShape shape, bool inputGradient = true)
    {
        shape.Validate();
        var forward = new PackedMatrix[shape.Groups];
        PackedMatrix[]? backward = inputGradient ? new PackedMatrix[shape.Groups] : null;
        for (int g = 0; g < shape.Groups; g++)
        {
            forward[g] = MatrixMultiply.AllocatePacked(shape.Taps, shape.GroupOut);
            if (backward is not null)
            {
                backward[g] = MatrixMultiply.AllocatePacked(shape.GroupOut, shape.Taps);
            }
        }

        bool oneTap = shape.KernelHeight * shape.KernelWidth == 1;
        return new PackedConvolution(shape, oneTap ? null : Device.Allocate<float>(shape.WeightLength), forward, backward);
    }

    public override void PackWeights(DeviceView<float> weight, PackedConvolution packed)
    {
        ConvolutionShape shape = packed.Shape;
        Lengths.AtLeast(weight, shape.WeightLength, nameof(weight));
        if (packed.Ordered is { } ordered)
        {
            int kernel = shape.KernelHeight * shape.KernelWidth;
            executor.Rows(
                new WeightsToColumns<TFloats>
                {
                    Weights = TFloats.Of(weight),
                    Columns = TFloats.Of(ordered.View),
                    Channels = shape.GroupIn,
                    Taps = kernel,
                },
                shape.OutChannels * kernel,
                4 * shape.GroupIn,
                false);
            Pack(ordered.View, packed);
        }
        else
        {
            Pack(weight, packed);
        }
    }

    public override void Forward(
        in ConvolutionShape shape,
        DeviceView<float> input,
        PackedConvolution weights,
        DeviceView<float> output,
        DeviceView<float> bias = default)
    {
        Check(shape, input, output);
        CheckWeights(shape, weights);
        if (Implicit(shape) is { } implicitly)
        {
            implicitly.Forward(shape, input, OrderedWeights(weights), output, bias);
            return;
        }

        int chunk = ChunkImages(shape);
        using DeviceBuffer<float> scratch = Device.Allocate<float>(ScratchLength(shape, chunk));
        for (int first = 0; first < shape.Batch; first += chunk)
        {
            int images = Math.Min(chunk, shape.Batch - first);
            for (int g = 0; g < shape.Groups; g++)
            {
                DeviceView<float> columns = Columns(shape, input, scratch.View, first, images, g);
                MatrixMultiply.Multiply(
                    columns,
                    weights.Forward[g],
                    OutputPart(shape, output, first, g),
                    new MatrixProduct(images * shape.OutPixels, shape.GroupOut, shape.Taps)
                    {
                        LeadingA = Leading(shape),
                        LeadingC = shape.OutChannels,
                    },
                    bias.IsAbsent ? default : bias.Slice(g * shape.GroupOut, shape.GroupOut));
            }
        }
    }

    public override void BackwardInput(
        in ConvolutionShape shape,
        DeviceView<float> outputGradient,
        PackedConvolution weights,
        DeviceView<float> inputGradient,
        bool accumulate = false)
    {
        Check(shape, inputGradient, outputGradient);
        CheckWeights(shape, weights);
        PackedMatrix[] backward = weights.Backward
            ?? throw new ArgumentException("These weights were allocated without room for the input gradient; allocate them with it.");
        if (Implicit(shape) is { } implicitly)
        {
            implicitly.BackwardInput(shape, outputGradient, OrderedWeights(weights), inputGradient, accumulate);
            return;
        }

        int chunk = ChunkImages(shape), leading = Leading(shape);
        using DeviceBuffer<float> scratch = Device.Allocate<float>(ScratchLength(shape, chunk));
        for (int first = 0; first < shape.Batch; first += chunk)
        {
            int images = Math.Min(chunk, shape.Batch - first);
            for (int g = 0; g < shape.Groups; g++)
            {
                DeviceView<float> gradient = InputPart(shape, inputGradient, first, g);
                MatrixMultiply.Multiply(
                    OutputPart(shape, outputGradient, first, g),
                    backward[g],
                    shape.IsPointwise ? gradient : scratch.View,
                    new MatrixProduct(images * shape.OutPixels, shape.Taps, shape.GroupOut)
                    {
                        LeadingA = shape.OutChannels,
                        LeadingC = leading,
                        Accumulate = shape.IsPointwise && accumulate,
                    });
                if (!shape.IsPointwise)
                {
                    SumColumns(shape, scratch.View, gradient, images, accumulate);
                }
            }
        }
    }

    public override void BackwardWeights(
        in ConvolutionShape shape,
        DeviceView<float> input,
        DeviceView<float> outputGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient = default)
    {
        Check(shape, input, outputGradient);
        Lengths.AtLeast(weightGradient, shape.WeightLength, nameof(weightGradient));
        if (shape.Batch == 0)
        {
            return;
        }

        if (!biasGradient.IsAbsent)
        {
            SumChannels(shape, outputGradient, biasGradient);
        }

        int kernel = shape.KernelHeight * shape.KernelWidth;
        using DeviceBuffer<float> ordered = Device.Allocate<float>(kernel == 1 ? 0 : shape.WeightLength);
        DeviceView<float> gradient = kernel == 1 ? weightGradient : ordered.View;
        if (Implicit(shape) is { } implicitly)
        {
            implicitly.BackwardWeights(shape, input, outputGradient, gradient, accumulate: kernel == 1);
        }
        else
        {
            MultiplyColumns(shape, input, outputGradient, gradient, accumulate: kernel == 1);
        }

        if (kernel > 1)
        {
            executor.Rows(
                new AddColumnsToWeights<TFloats>
                {
                    Columns = TFloats.Of(ordered.View),
                    Weights = TFloats.Of(weightGradient),
                    Channels = shape.GroupIn,
                    Taps = kernel,
                },
                shape.OutChannels * kernel,
                4 * shape.GroupIn,
                false);
        }
    }

    private void MultiplyColumns(
        in ConvolutionShape shape, DeviceView<float> input, DeviceView<float> outputGradient, DeviceView<float> gradient, bool accumulate)
    {
        int chunk = ChunkImages(shape);
        using DeviceBuffer<float> scratch = Device.Allocate<float>(ScratchLength(shape, chunk));
        for (int first = 0; first < shape.Batch; first += chunk)
        {
            int images = Math.Min(chunk, shape.Batch - first);
            for (int g = 0; g < shape.Groups; g++)
            {
                DeviceView<float> columns = Columns(shape, input, scratch.View, first, images, g);
                int length = shape.GroupOut * shape.Taps;
                MatrixMultiply.Multiply(
                    OutputPart(shape, outputGradient, first, g),
                    columns,
                    gradient.Slice(g * length, length),
                    new MatrixProduct(shape.GroupOut, shape.Taps, images * shape.OutPixels)
                    {
                        TransposeA = true,
                        LeadingA = shape.OutChannels,
                        LeadingB = Leading(shape),
                        Accumulate = first > 0 || accumulate,
                    });
            }
        }
    }

    private static DeviceView<float> InputPart(in ConvolutionShape shape, DeviceView<float> input, int image, int group) =>
        From(input, (image * shape.Height * shape.Width * shape.InChannels) + (group * shape.GroupIn));

    private static DeviceView<float> OutputPart(in ConvolutionShape shape, DeviceView<float> output, int image, int group) =>
        From(output, (image * shape.OutPixels * shape.OutChannels) + (group * shape.GroupOut));

    private static DeviceView<float> From(DeviceView<float> view, int offset) => view.Slice(offset, view.Length - offset);

    private static void Check(in ConvolutionShape shape, DeviceView<float> input, DeviceView<float> output)
    {
        shape.Validate();
        Lengths.AtLeast(input, shape.InputLength, "input");
        Lengths.AtLeast(output, shape.OutputLength, "output");
    }

    private static void CheckWeights(in ConvolutionShape shape, PackedConvolution weights)
    {
        ConvolutionShape packed = weights.Shape;
        if ((packed.InChannels, packed.OutChannels, packed.Groups) != (shape.InChannels, shape.OutChannels, shape.Groups)
            || (packed.KernelHeight, packed.KernelWidth) != (shape.KernelHeight, shape.KernelWidth))
        {
            throw new ArgumentException($"The weights were packed for {Describe(packed)}, the convolution needs {Describe(shape)}.");
        }
    }

    private static string Describe(in ConvolutionShape s) =>
        $"{s.InChannels} to {s.OutChannels} channels, kernel {s.KernelHeight} x {s.KernelWidth}, groups {s.Groups}";

    private void Pack(DeviceView<float> ordered, PackedConvolution packed)
    {
        int length = packed.Shape.GroupOut * packed.Shape.Taps;
        for (int g = 0; g < packed.Shape.Groups; g++)
        {
            DeviceView<float> part = ordered.Slice(g * length, length);
            MatrixMultiply.Pack(part, packed.Forward[g], transpose: true);
            if (packed.Backward is not null)
            {
                MatrixMultiply.Pack(part, packed.Backward[g], transpose: false);
            }
        }
    }

    private void SumChannels(in ConvolutionShape shape, DeviceView<float> outputGradient, DeviceView<float> biasGradient)
    {
        Lengths.AtLeast(biasGradient, shape.OutChannels, nameof(biasGradient));
        int pixels = shape.Batch * shape.OutPixels, channels = shape.OutChannels;
        int partPixels = Math.Max(64, (pixels + 255) / 256), parts = (pixels + partPixels - 1) / partPixels;
        using DeviceBuffer<float> partial = Device.Allocate<float>(parts == 1 ? 0 : parts * channels);
        DeviceView<float> sums = parts == 1 ? biasGradient : partial.View;
        executor.Rows(
            new ChannelSums<TFloats>
            {
                Values = TFloats.Of(outputGradient),
                Sums = TFloats.Of(sums),
                Pixels = pixels,
                Channels = channels,
                PartPixels = partPixels,
                ValuesLength = outputGradient.Length,
                Accumulate = parts == 1 ? 1 : 0,
            },
            parts,
            partPixels * channels,
            Aligned.To4(channels, outputGradient, sums));
        if (parts > 1)
        {
            executor.Elements(
                new AddParts<TFloats>
                {
                    Parts = TFloats.Of(sums),
                    Total = TFloats.Of(biasGradient),
                    Count = parts,
                    Length = channels,
                },
                channels,
                Aligned.To4(channels, sums, biasGradient));
        }
    }
}
