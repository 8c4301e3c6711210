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
    // Columns of the host should come from its caches; a device needs enough rows at once to be busy.
    private const int HostColumns = 2 << 20, DeviceColumns = 16 << 20;

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
        Views.RequireLength(weight, shape.WeightLength, nameof(weight));
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
        Views.RequireLength(weightGradient, shape.WeightLength, nameof(weightGradient));
        if (shape.Batch == 0)
        {
            return;
        }

        if (!biasGradient.IsAbsent)
        {
            SumChannels(shape, outputGradient, biasGradient);
        }

        int kernel = shape.KernelHeight * shape.KernelWidth, chunk = ChunkImages(shape);
        using DeviceBuffer<float> scratch = Device.Allocate<float>(ScratchLength(shape, chunk));
        using DeviceBuffer<float> ordered = Device.Allocate<float>(kernel == 1 ? 0 : shape.WeightLength);
        DeviceView<float> gradient = kernel == 1 ? weightGradient : ordered.View;
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
                        Accumulate = first > 0 || kernel == 1,
                    });
            }
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

    private static DeviceView<float> InputPart(in ConvolutionShape shape, DeviceView<float> input, int image, int group) =>
        From(input, (image * shape.Height * shape.Width * shape.InChannels) + (group * shape.GroupIn));

    private static DeviceView<float> OutputPart(in ConvolutionShape shape, DeviceView<float> output, int image, int group) =>
        From(output, (image * shape.OutPixels * shape.OutChannels) + (group * shape.GroupOut));

    private static DeviceView<float> From(DeviceView<float> view, int offset) => view.Slice(offset, view.Length - offset);

    private static void Check(in ConvolutionShape shape, DeviceView<float> input, DeviceView<float> output)
    {
        shape.Validate();
        Views.RequireLength(input, shape.InputLength, "input");
        Views.RequireLength(output, shape.OutputLength, "output");
    }

    private static void CheckWeights(in ConvolutionShape shape, PackedConvolution weights)
    {
        ConvolutionShape packed = weights.Shape;
        if ((packed.InChannels, packed.OutChannels, packed.Groups) != (shape.InChannels, shape.OutChannels, shape.Groups)
            || (packed.KernelHeight, packed.KernelWidth) != (shape.KernelHeight, shape.KernelWidth))
        {
            throw new ArgumentException($"The weights were packed for {packed}, not for {shape}.");
        }
    }

    private int ChunkImages(in ConvolutionShape shape)
    {
        if (shape.IsPointwise)
        {
            return Math.Max(1, shape.Batch);
        }

        int limit = Device is HostDevice ? HostColumns : DeviceColumns;
        return Math.Clamp(limit / (shape.OutPixels * Leading(shape)), 1, Math.Max(1, shape.Batch));
    }

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

    private void SumChannels(in ConvolutionShape shape, DeviceView<float> outputGradient, DeviceView<float> biasGradient)
    {
        Views.RequireLength(biasGradient, shape.OutChannels, nameof(biasGradient));
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
