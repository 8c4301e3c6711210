using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;

namespace Ctm.Kernels.Normalization;

/// <content>Two normalisations around a skip.</content>
internal sealed partial class NormalizationLauncher<TFloats, TInts>
{
    public override void SkipNormForward(
        DeviceView<float> input, DeviceView<float> skip, in SkipNormParameters parameters, DeviceView<float> output, int rows, int width)
    {
        Check(input, skip, parameters, rows, width);
        Lengths.AtLeast(output, rows * width, nameof(output));
        executor.Rows(
            new SkipNormForward<TFloats>
            {
                Sum = Sum(input, skip, parameters, width),
                SkipWeight = TFloats.Of(parameters.SkipWeight),
                SkipBias = TFloats.Of(parameters.SkipBias),
                SkipStatistics = TFloats.Of(parameters.SkipStatistics),
                Output = TFloats.Of(output),
            },
            rows,
            8 * width,
            AreAligned(input, skip, parameters, width) && Aligned.To4(width, output));
    }

    public override void SkipNormBackwardInput(
        DeviceView<float> input,
        DeviceView<float> skip,
        in SkipNormParameters parameters,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> sumGradient,
        DeviceView<float> skipGradient,
        int rows,
        int width,
        bool accumulate)
    {
        Check(input, skip, parameters, rows, width);
        Lengths.AtLeast(outputGradient, rows * width, nameof(outputGradient));
        Lengths.AtLeast(inputGradient, rows * width, nameof(inputGradient));
        Lengths.AtLeast(sumGradient, rows * width, nameof(sumGradient));
        Lengths.AtLeast(skipGradient, rows * width, nameof(skipGradient));
        executor.Rows(
            new SkipNormBackwardInput<TFloats>
            {
                Term = Term(input, skip, parameters, outputGradient, width),
                InputGradient = TFloats.Of(inputGradient),
                SumGradient = TFloats.Of(sumGradient),
                SkipGradient = TFloats.Of(skipGradient),
                Accumulate = accumulate ? 1 : 0,
            },
            rows,
            12 * width,
            AreAligned(input, skip, parameters, width) && Aligned.To4(width, outputGradient, inputGradient, sumGradient, skipGradient));
    }

    public override void SkipNormBackwardParameters(
        DeviceView<float> input,
        DeviceView<float> skip,
        in SkipNormParameters parameters,
        DeviceView<float> outputGradient,
        DeviceView<float> skipWeightGradient,
        DeviceView<float> skipBiasGradient,
        int rows,
        int width)
    {
        Check(input, skip, parameters, rows, width);
        Lengths.AtLeast(outputGradient, rows * width, nameof(outputGradient));
        Lengths.AtLeast(skipWeightGradient, width, nameof(skipWeightGradient));
        Lengths.AtLeast(skipBiasGradient, width, nameof(skipBiasGradient));
        if (rows == 0)
        {
            return;
        }

        ColumnReducer.Sum(
            executor,
            Term(input, skip, parameters, outputGradient, width),
            rows,
            width,
            skipWeightGradient,
            skipBiasGradient,
            accumulate: true,
            AreAligned(input, skip, parameters, width) && Aligned.To4(width, outputGradient, skipWeightGradient, skipBiasGradient),
            cost: 6);
    }

    private static void Check(DeviceView<float> input, DeviceView<float> skip, in SkipNormParameters parameters, int rows, int width)
    {
        Check(input, skip, parameters.Weight, parameters.Bias, parameters.Statistics, rows, width);
        Check(input, skip, parameters.SkipWeight, parameters.SkipBias, parameters.SkipStatistics, rows, width);
    }

    private static bool AreAligned(DeviceView<float> input, DeviceView<float> skip, in SkipNormParameters parameters, int width) =>
        Aligned.To4(width, input, skip, parameters.Weight, parameters.Bias, parameters.SkipWeight, parameters.SkipBias);

    private static SkipNormSum<TFloats> Sum(
        DeviceView<float> input, DeviceView<float> skip, in SkipNormParameters parameters, int width) => new()
        {
            Input = TFloats.Of(input),
            Skip = TFloats.Of(skip),
            Weight = TFloats.Of(parameters.Weight),
            Bias = TFloats.Of(parameters.Bias),
            Statistics = TFloats.Of(parameters.Statistics),
            Width = width,
        };

    private static SkipNormTerm<TFloats> Term(
        DeviceView<float> input, DeviceView<float> skip, in SkipNormParameters parameters, DeviceView<float> outputGradient, int width) =>
        new()
        {
            Sum = Sum(input, skip, parameters, width),
            SkipWeight = TFloats.Of(parameters.SkipWeight),
            SkipStatistics = TFloats.Of(parameters.SkipStatistics),
            OutputGradient = TFloats.Of(outputGradient),
        };
}
