using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <summary>Layer normalisation on either executor.</summary>
internal sealed partial class NormalizationLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : NormalizationKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void LayerNormForward(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        DeviceView<float> statistics,
        int rows,
        int width,
        NormalizationActivation activation)
    {
        Check(input, addend, weight, bias, statistics, rows, width);
        Lengths.AtLeast(output, rows * width, nameof(output));
        executor.Rows(
            new LayerNormForward<TFloats>
            {
                Input = TFloats.Of(input),
                Addend = TFloats.Of(addend),
                Weight = TFloats.Of(weight),
                Bias = TFloats.Of(bias),
                Output = TFloats.Of(output),
                Statistics = TFloats.Of(statistics),
                Width = width,
                HasAddend = addend.IsAbsent ? 0 : 1,
                Silu = activation == NormalizationActivation.Silu ? 1 : 0,
            },
            rows,
            4 * width,
            Aligned.To4(width, input, addend, weight, bias, output));
    }

    public override void LayerNormBackwardInput(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> statistics,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        int rows,
        int width,
        NormalizationActivation activation)
    {
        Check(input, addend, weight, bias, statistics, rows, width);
        Lengths.AtLeast(outputGradient, rows * width, nameof(outputGradient));
        Lengths.AtLeast(inputGradient, rows * width, nameof(inputGradient));
        executor.Rows(
            new LayerNormBackwardInput<TFloats>
            {
                Term = Term(input, addend, weight, bias, statistics, outputGradient, width, activation),
                InputGradient = TFloats.Of(inputGradient),
            },
            rows,
            6 * width,
            Aligned.To4(width, input, addend, weight, bias, outputGradient, inputGradient));
    }

    public override void LayerNormBackwardParameters(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> statistics,
        DeviceView<float> outputGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        int rows,
        int width,
        NormalizationActivation activation)
    {
        Check(input, addend, weight, bias, statistics, rows, width);
        Lengths.AtLeast(outputGradient, rows * width, nameof(outputGradient));
        Lengths.AtLeast(weightGradient, width, nameof(weightGradient));
        Lengths.AtLeast(biasGradient, width, nameof(biasGradient));
        if (rows == 0)
        {
            return;
        }

        ColumnReducer.Sum(
            executor,
            Term(input, addend, weight, bias, statistics, outputGradient, width, activation),
            rows,
            width,
            weightGradient,
            biasGradient,
            accumulate: true,
            Aligned.To4(width, input, addend, weight, bias, outputGradient) && Aligned.To4(width, weightGradient, biasGradient),
            cost: 3);
    }

    private static void Check(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> statistics,
        int rows,
        int width)
    {
        int length = Lengths.Of(rows, width);
        Lengths.AtLeast(input, length, nameof(input));
        Lengths.AtLeastIfPresent(addend, length, nameof(addend));
        Lengths.AtLeast(weight, width, nameof(weight));
        Lengths.AtLeast(bias, width, nameof(bias));
        Lengths.AtLeast(statistics, 2 * rows, nameof(statistics));
    }

    private static LayerNormTerm<TFloats> Term(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> statistics,
        DeviceView<float> outputGradient,
        int width,
        NormalizationActivation activation) => new()
        {
            Input = TFloats.Of(input),
            Addend = TFloats.Of(addend),
            Weight = TFloats.Of(weight),
            Bias = TFloats.Of(bias),
            Statistics = TFloats.Of(statistics),
            OutputGradient = TFloats.Of(outputGradient),
            Width = width,
            HasAddend = addend.IsAbsent ? 0 : 1,
            Silu = activation == NormalizationActivation.Silu ? 1 : 0,
        };
}
