using Ctm.Kernels.Convolution;
using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class ConvolutionCases
{
    private const string Family = "Convolution";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        int batch = size.Batch, side = size.Side, channels = size.Channels, pixels = side * side;
        var wide = new ConvolutionShape(batch, side, side, channels, channels, 3, 3) { Padding = 1 };
        var grouped = wide with { Groups = channels % 4 == 0 ? channels / 4 : channels };
        var pooling = new PoolingShape(batch, side, side, channels, 3) { Stride = 2, Padding = 1 };
        double means = 4.0 * (wide.InputLength + (batch * channels));
        return
        [
            new(Family, "PackWeights", 0, 12.0 * wide.WeightLength, b =>
            {
                DeviceView<float> weight = b.Floats(wide.WeightLength);
                PackedConvolution packed = b.Keep(b.Device.Convolution.AllocateWeights(wide));
                return () => b.Device.Convolution.PackWeights(weight, packed);
            }),
            Forward("Forward", wide),
            BackwardInput("BackwardInput", wide),
            BackwardWeights("BackwardWeights", wide),
            Forward("ForwardGrouped", grouped),
            BackwardInput("BackwardInputGrouped", grouped),
            BackwardWeights("BackwardWeightsGrouped", grouped),
            new(Family, "MaxPoolForward", 0, pooling.Bytes, b =>
            {
                DeviceView<float> input = b.Floats(pooling.InputLength), output = b.Output(pooling.OutputLength);
                DeviceView<float> taps = b.Output(pooling.OutputLength);
                return () => b.Device.Convolution.MaxPoolForward(pooling, input, output, taps);
            }),
            new(Family, "MaxPoolBackward", 0, pooling.Bytes, b =>
            {
                DeviceView<float> input = b.Floats(pooling.InputLength), output = b.Output(pooling.OutputLength);
                DeviceView<float> taps = b.Output(pooling.OutputLength), dy = b.Floats(pooling.OutputLength);
                DeviceView<float> dx = b.Output(pooling.InputLength);
                b.Device.Convolution.MaxPoolForward(pooling, input, output, taps);
                return () => b.Device.Convolution.MaxPoolBackward(pooling, dy, taps, dx);
            }),
            new(Family, "GlobalAverageForward", 0, means, b =>
            {
                DeviceView<float> input = b.Floats(wide.InputLength), output = b.Output(batch * channels);
                return () => b.Device.Convolution.GlobalAverageForward(input, output, batch, pixels, channels);
            }),
            new(Family, "GlobalAverageBackward", 0, means, b =>
            {
                DeviceView<float> dy = b.Floats(batch * channels), dx = b.Output(wide.InputLength);
                return () => b.Device.Convolution.GlobalAverageBackward(dy, dx, batch, pixels, channels);
            }),
        ];
    }

    private static KernelCase Forward(string name, ConvolutionShape shape) => new(Family, name, shape.Flops, shape.Bytes, b =>
    {
        PackedConvolution packed = Packed(b, shape);
        DeviceView<float> input = b.Floats(shape.InputLength), output = b.Output(shape.OutputLength);
        DeviceView<float> bias = b.Floats(shape.OutChannels);
        return () => b.Device.Convolution.Forward(shape, input, packed, output, bias);
    });

    private static KernelCase BackwardInput(string name, ConvolutionShape shape) => new(Family, name, shape.Flops, shape.Bytes, b =>
    {
        PackedConvolution packed = Packed(b, shape);
        DeviceView<float> dy = b.Floats(shape.OutputLength), dx = b.Output(shape.InputLength);
        return () => b.Device.Convolution.BackwardInput(shape, dy, packed, dx);
    });

    private static KernelCase BackwardWeights(string name, ConvolutionShape shape) => new(Family, name, shape.Flops, shape.Bytes, b =>
    {
        DeviceView<float> input = b.Floats(shape.InputLength), dy = b.Floats(shape.OutputLength);
        DeviceView<float> weights = b.Floats(shape.WeightLength), bias = b.Floats(shape.OutChannels);
        return () => b.Device.Convolution.BackwardWeights(shape, input, dy, weights, bias);
    });

    private static PackedConvolution Packed(CaseBuffers b, ConvolutionShape shape)
    {
        PackedConvolution packed = b.Keep(b.Device.Convolution.AllocateWeights(shape));
        b.Device.Convolution.PackWeights(b.Floats(shape.WeightLength), packed);
        return packed;
    }
}
