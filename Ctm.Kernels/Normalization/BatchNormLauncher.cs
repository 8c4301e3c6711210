using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Reductions;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Normalization;

/// <content>Batch normalisation.</content>
internal sealed partial class NormalizationLauncher<TFloats, TInts>
{
    public override void BatchNormForwardTrain(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        DeviceView<float> runningMean,
        DeviceView<float> runningVariance,
        DeviceView<float> statistics,
        int rows,
        int channels,
        bool relu,
        float momentum = 0.1f,
        float epsilon = 1e-5f)
    {
        CheckForward(input, addend, weight, bias, output, runningMean, runningVariance, rows, channels);
        Lengths.AtLeast(statistics, 2 * channels, nameof(statistics));
        if (rows == 1)
        {
            throw new ArgumentException(
                "Batch normalisation in training needs 2 rows or more: the variance of 1 is not defined.", nameof(rows));
        }

        if (rows == 0 || channels == 0)
        {
            return;
        }

        var chunks = new ColumnChunks(rows, channels);
        int part = chunks.Count * channels;
        using DeviceBuffer<float> scratch = executor.Device.Allocate<float>(2 * part);
        TFloats means = TFloats.Of(scratch.Slice(0, part)), squares = TFloats.Of(scratch.Slice(part, part));
        executor.Rows(
            new BatchNormMoments<TFloats>
            {
                Input = TFloats.Of(input),
                Means = means,
                Squares = squares,
                Rows = rows,
                Width = channels,
                RowsPerChunk = chunks.RowsPerChunk,
                Blocks = chunks.Blocks,
            },
            chunks.Items,
            2 * chunks.Work,
            Aligned.To4(channels, input));
        DeviceView<float> mean = statistics.Slice(0, channels), deviation = statistics.Slice(channels, channels);
        executor.Rows(
            new BatchNormMerge<TFloats>
            {
                Means = means,
                Squares = squares,
                Mean = TFloats.Of(mean),
                Deviation = TFloats.Of(deviation),
                RunningMean = TFloats.Of(runningMean),
                RunningVariance = TFloats.Of(runningVariance),
                Rows = rows,
                Width = channels,
                RowsPerChunk = chunks.RowsPerChunk,
                Chunks = chunks.Count,
                Momentum = momentum,
                Epsilon = epsilon,
            },
            chunks.Blocks,
            3 * chunks.Count * Math.Min(channels, ColumnChunks.BlockColumns),
            Aligned.To4(channels, statistics, runningMean, runningVariance));
        BatchNormStatistics<TFloats> used = Statistics(mean, deviation, isVariance: false, 0f);
        Apply(input, addend, weight, bias, output, used, rows, channels, relu, Aligned.To4(channels, statistics));
    }

    public override void BatchNormForwardEval(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        DeviceView<float> runningMean,
        DeviceView<float> runningVariance,
        int rows,
        int channels,
        bool relu,
        float epsilon = 1e-5f)
    {
        CheckForward(input, addend, weight, bias, output, runningMean, runningVariance, rows, channels);
        if (rows > 0 && channels > 0)
        {
            BatchNormStatistics<TFloats> statistics = Statistics(runningMean, runningVariance, isVariance: true, epsilon);
            bool aligned = Aligned.To4(channels, runningMean, runningVariance);
            Apply(input, addend, weight, bias, output, statistics, rows, channels, relu, aligned);
        }
    }

    public override void BatchNormBackwardTrain(
        DeviceView<float> input,
        DeviceView<float> output,
        DeviceView<float> weight,
        DeviceView<float> statistics,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> addendGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        int rows,
        int channels,
        bool relu)
    {
        Lengths.AtLeast(statistics, 2 * channels, nameof(statistics));
        DeviceView<float> mean = statistics.Slice(0, channels), deviation = statistics.Slice(channels, channels);
        Backward(
            new BatchNormArguments(input, output, outputGradient, inputGradient, addendGradient, weight, weightGradient, biasGradient)
            {
                Mean = mean,
                Spread = deviation,
                Rows = rows,
                Channels = channels,
                Relu = relu,
            });
    }

    public override void BatchNormBackwardEval(
        DeviceView<float> input,
        DeviceView<float> output,
        DeviceView<float> weight,
        DeviceView<float> runningMean,
        DeviceView<float> runningVariance,
        DeviceView<float> outputGradient,
        DeviceView<float> inputGradient,
        DeviceView<float> addendGradient,
        DeviceView<float> weightGradient,
        DeviceView<float> biasGradient,
        int rows,
        int channels,
        bool relu,
        float epsilon = 1e-5f)
    {
        Lengths.AtLeast(runningMean, channels, nameof(runningMean));
        Lengths.AtLeast(runningVariance, channels, nameof(runningVariance));
        Backward(
            new BatchNormArguments(input, output, outputGradient, inputGradient, addendGradient, weight, weightGradient, biasGradient)
            {
                Mean = runningMean,
                Spread = runningVariance,
                Rows = rows,
                Channels = channels,
                Relu = relu,
                Constant = true,
                Epsilon = epsilon,
            });
    }

    private static BatchNormStatistics<TFloats> Statistics(
        DeviceView<float> mean, DeviceView<float> spread, bool isVariance, float epsilon) => new()
        {
            Mean = TFloats.Of(mean),
            Spread = TFloats.Of(spread),
            IsVariance = isVariance ? 1 : 0,
            Epsilon = epsilon,
        };

    private static void CheckForward(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        DeviceView<float> runningMean,
        DeviceView<float> runningVariance,
        int rows,
        int channels)
    {
        int length = Lengths.Of(rows, channels);
        Lengths.AtLeast(input, length, nameof(input));
        Lengths.AtLeastIfPresent(addend, length, nameof(addend));
        Lengths.AtLeast(output, length, nameof(output));
        Lengths.AtLeast(weight, channels, nameof(weight));
        Lengths.AtLeast(bias, channels, nameof(bias));
        Lengths.AtLeast(runningMean, channels, nameof(runningMean));
        Lengths.AtLeast(runningVariance, channels, nameof(runningVariance));
    }

    private void Apply(
        DeviceView<float> input,
        DeviceView<float> addend,
        DeviceView<float> weight,
        DeviceView<float> bias,
        DeviceView<float> output,
        in BatchNormStatistics<TFloats> statistics,
        int rows,
        int channels,
        bool relu,
        bool aligned) => executor.Rows(
        new BatchNormApply<TFloats>
        {
            Input = TFloats.Of(input),
            Addend = TFloats.Of(addend),
            Output = TFloats.Of(output),
            Weight = TFloats.Of(weight),
            Bias = TFloats.Of(bias),
            Statistics = statistics,
            Rows = rows,
            Width = channels,
            HasAddend = addend.IsAbsent ? 0 : 1,
            Least = relu ? 0f : float.NegativeInfinity,
        },
        RowTile.Count(rows),
        2 * RowTile.Rows * channels,
        aligned && Aligned.To4(channels, input, addend, output, weight, bias));
}
