using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.SuperLinear;

/// <summary>The per-neuron linear maps on either executor.</summary>
internal sealed class SuperLinearLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : SuperLinearKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    private ComputeDevice Device => executor.Device;

    public override void Forward(
        DeviceView<float> input,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> temperature,
        DeviceView<float> output,
        in SuperLinearShape shape)
    {
        (int b, int d, int m, int o) = shape;
        Lengths.AtLeast(input, shape.InputLength, nameof(input));
        Lengths.AtLeast(weight, shape.WeightLength, nameof(weight));
        Lengths.AtLeast(bias, shape.BiasLength, nameof(bias));
        Lengths.AtLeast(temperature, 1, nameof(temperature));
        Lengths.AtLeast(output, shape.OutputLength, nameof(output));
        using DeviceBuffer<float> inputs = Device.Allocate<float>(shape.InputLength), outputs = Device.Allocate<float>(shape.OutputLength);
        using DeviceBuffer<float> biases = Device.Allocate<float>(shape.BiasLength);
        Device.Elementwise.NhwcToNchw(input, inputs.View, b, m, d);
        Device.Elementwise.Transpose2D(bias, biases.View, d, o);
        Sum(
            new NeuronwiseSum<TFloats>
            {
                Columns = o,
                Count = m,
                LeftRow = m,
                LeftStep = 1,
                RightColumn = 1,
                RightStep = o,
                HasBias = 1,
                Bias = TFloats.Of(biases.View),
            },
            inputs.View,
            weight,
            temperature,
            outputs.View,
            b,
            d);
        Device.Elementwise.NchwToNhwc(outputs.View, output, b, o, d);
    }

    public override void Backward(
        DeviceView<float> input,
        DeviceView<float> weight,
        DeviceView<float> temperature,
        DeviceView<float> output,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        DeviceView<float> temperatureGradient,
        in SuperLinearShape shape)
    {
        (int b, int d, int m, int o) = shape;
        Lengths.AtLeast(input, shape.InputLength, nameof(input));
        Lengths.AtLeast(weight, shape.WeightLength, nameof(weight));
        Lengths.AtLeast(temperature, 1, nameof(temperature));
        Lengths.AtLeast(output, shape.OutputLength, nameof(output));
        Lengths.AtLeast(outputGradient, shape.OutputLength, nameof(outputGradient));
        Lengths.AtLeastIfPresent(inputGradient, shape.InputLength, nameof(inputGradient));
        Lengths.AtLeast(weightGradient, shape.WeightLength, nameof(weightGradient));
        Lengths.AtLeast(biasGradient, shape.BiasLength, nameof(biasGradient));
        Lengths.AtLeast(temperatureGradient, 1, nameof(temperatureGradient));
        using DeviceBuffer<float> inputs = Device.Allocate<float>(shape.InputLength), gradients = Device.Allocate<float>(shape.OutputLength);
        Device.Elementwise.NhwcToNchw(outputGradient, gradients.View, b, o, d);
        if (!inputGradient.IsAbsent)
        {
            Sum(
                new NeuronwiseSum<TFloats> { Columns = m, Count = o, LeftRow = o, LeftStep = 1, RightColumn = o, RightStep = 1 },
                gradients.View,
                weight,
                temperature,
                inputs.View,
                b,
                d);
            Device.Elementwise.NchwToNhwc(inputs.View, inputGradient, b, m, d);
        }

        Device.Elementwise.NhwcToNchw(input, inputs.View, b, m, d);
        Sum(
            new NeuronwiseSum<TFloats>
            {
                Columns = o,
                Count = b,
                LeftRow = 1,
                LeftStep = m,
                RightColumn = 1,
                RightStep = o,
                Accumulate = 1,
            },
            inputs.View,
            gradients.View,
            temperature,
            weightGradient,
            m,
            d);
        SmallGradients(temperature, output, outputGradient, biasGradient, temperatureGradient, b, shape.BiasLength);
    }

    private void SmallGradients(
        DeviceView<float> temperature,
        DeviceView<float> output,
        DeviceView<float> outputGradient,
        DeviceView<float> biasGradient,
        DeviceView<float> temperatureGradient,
        int batch,
        int length)
    {
        using DeviceBuffer<float> products = Device.Allocate<float>(length), sum = Device.Allocate<float>(1);
        executor.Elements(
            new BiasGradient<TFloats>
            {
                Output = TFloats.Of(output),
                OutputGradient = TFloats.Of(outputGradient),
                Temperature = TFloats.Of(temperature),
                Gradient = TFloats.Of(biasGradient),
                Products = TFloats.Of(products.View),
                Batch = batch,
                Length = length,
            },
            length,
            Aligned.To4(length, output, outputGradient, biasGradient, products.View));
        Device.Elementwise.Sum(products.View, sum.View);
        var body = new TemperatureGradient<TFloats>
        {
            Sum = TFloats.Of(sum.View),
            Temperature = TFloats.Of(temperature),
            Gradient = TFloats.Of(temperatureGradient),
        };
        executor.Items(body, 1, 1);
    }

    private void Sum(
        NeuronwiseSum<TFloats> body,
        DeviceView<float> left,
        DeviceView<float> right,
        DeviceView<float> temperature,
        DeviceView<float> output,
        int rows,
        int neurons)
    {
        body.Left = TFloats.Of(left);
        body.Right = TFloats.Of(right);
        body.Temperature = TFloats.Of(temperature);
        body.Output = TFloats.Of(output);
        body.Neurons = neurons;
        body.Bias = body.HasBias != 0 ? body.Bias : body.Left;
        executor.Rows(body, rows * body.Columns, 2 * neurons * (body.Count + 1), Aligned.To4(neurons, left, right, output));
    }
}
