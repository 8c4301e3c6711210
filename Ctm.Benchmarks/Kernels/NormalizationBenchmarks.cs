using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Benchmarks.Kernels;

/// <summary>LayerNorm with SiLU over a state [B, D]; BatchNorm with ReLU over the tokens of a batch, [B * N, I].</summary>
public class NormalizationBenchmarks : ModelBenchmarks
{
    private const NormalizationActivation Silu = NormalizationActivation.Silu;
    private DeviceView<float> input, output, outputGradient, inputGradient, weight, bias, weightGradient, biasGradient, statistics;
    private DeviceView<float> pixels, pixelsOutput, pixelsOutputGradient, pixelsGradient, mean, variance, batchStatistics;
    private DeviceView<float> skipStatistics, skipGradient;

    private static int RowsOf(ModelSize size) => size.Batch * size.Tokens;

    /// <summary>LayerNorm.</summary>
    [Benchmark]
    public void LayerNormForward()
    {
        Device.Normalization.LayerNormForward(
            input, default, weight, bias, output, statistics, Size.Batch, Size.Neurons, Silu);
        Device.Synchronize();
    }

    /// <summary>Gradients of LayerNorm's input and parameters.</summary>
    [Benchmark]
    public void LayerNormBackward()
    {
        Device.Normalization.LayerNormBackwardInput(
            input, default, weight, bias, statistics, outputGradient, inputGradient, Size.Batch, Size.Neurons, Silu);
        Device.Normalization.LayerNormBackwardParameters(
            input, default, weight, bias, statistics, outputGradient, weightGradient, biasGradient, Size.Batch, Size.Neurons, Silu);
        Device.Synchronize();
    }

    /// <summary>Two normalisations around a skip.</summary>
    [Benchmark]
    public void SkipNormForward()
    {
        Device.Normalization.SkipNormForward(input, outputGradient, SkipParameters(), output, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>Gradients of input, skip and the second normalisation's parameters.</summary>
    [Benchmark]
    public void SkipNormBackward()
    {
        SkipNormParameters parameters = SkipParameters();
        Device.Normalization.SkipNormBackwardInput(
            input,
            input,
            parameters,
            outputGradient,
            inputGradient,
            output,
            skipGradient,
            Size.Batch,
            Size.Neurons,
            accumulate: false);
        Device.Normalization.SkipNormBackwardParameters(
            input, input, parameters, outputGradient, weightGradient, biasGradient, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>BatchNorm in training.</summary>
    [Benchmark]
    public void BatchNormForwardTrain()
    {
        Device.Normalization.BatchNormForwardTrain(
            pixels, default, weight, bias, pixelsOutput, mean, variance, batchStatistics, RowsOf(Size), Size.Width, relu: true);
        Device.Synchronize();
    }

    /// <summary>BatchNorm with running statistics.</summary>
    [Benchmark]
    public void BatchNormForwardEval()
    {
        Device.Normalization.BatchNormForwardEval(
            pixels, default, weight, bias, pixelsOutput, mean, variance, RowsOf(Size), Size.Width, relu: true);
        Device.Synchronize();
    }

    /// <summary>BatchNorm's gradients in training.</summary>
    [Benchmark]
    public void BatchNormBackwardTrain()
    {
        Device.Normalization.BatchNormBackwardTrain(
            pixels,
            pixelsOutput,
            weight,
            batchStatistics,
            pixelsOutputGradient,
            pixelsGradient,
            default,
            weightGradient,
            biasGradient,
            RowsOf(Size),
            Size.Width,
            relu: true);
        Device.Synchronize();
    }

    /// <summary>BatchNorm's gradients with running statistics.</summary>
    [Benchmark]
    public void BatchNormBackwardEval()
    {
        Device.Normalization.BatchNormBackwardEval(
            pixels,
            pixelsOutput,
            weight,
            mean,
            variance,
            pixelsOutputGradient,
            pixelsGradient,
            default,
            weightGradient,
            biasGradient,
            RowsOf(Size),
            Size.Width,
            relu: true);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        int columns = Math.Max(Size.Neurons, Size.Width), pixelFloats = RowsOf(Size) * Size.Width;
        input = Buffers.Floats(Size.StateLength);
        output = Buffers.Zeros(Size.StateLength);
        outputGradient = Buffers.Floats(Size.StateLength);
        inputGradient = Buffers.Zeros(Size.StateLength);
        weight = Buffers.Floats(columns);
        bias = Buffers.Floats(columns);
        weightGradient = Buffers.Zeros(columns);
        biasGradient = Buffers.Zeros(columns);
        statistics = Buffers.Constant(2 * Size.Batch, 1f);
        skipStatistics = Buffers.Constant(2 * Size.Batch, 1f);
        skipGradient = Buffers.Zeros(Size.StateLength);
        pixels = Buffers.Floats(pixelFloats);
        pixelsOutput = Buffers.Floats(pixelFloats);
        pixelsOutputGradient = Buffers.Floats(pixelFloats);
        pixelsGradient = Buffers.Zeros(pixelFloats);
        mean = Buffers.Zeros(Size.Width);
        variance = Buffers.Constant(Size.Width, 1f);
        batchStatistics = Buffers.Constant(2 * Size.Width, 1f);
    }

    private SkipNormParameters SkipParameters() => new(weight, bias, statistics, weight, bias, skipStatistics);

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(LayerNormForward) => new Cost(
            NormalizationCost.LayerNormForwardFlops(size.Batch, size.Neurons, false, Silu),
            NormalizationCost.LayerNormForwardBytes(size.Batch, size.Neurons, false)),
        nameof(LayerNormBackward) => new Cost(
            NormalizationCost.LayerNormBackwardFlops(size.Batch, size.Neurons, false, Silu),
            NormalizationCost.LayerNormBackwardBytes(size.Batch, size.Neurons, false)),
        nameof(SkipNormForward) => new Cost(
            NormalizationCost.SkipNormForwardFlops(size.Batch, size.Neurons),
            NormalizationCost.SkipNormForwardBytes(size.Batch, size.Neurons)),
        nameof(SkipNormBackward) => new Cost(
            NormalizationCost.SkipNormBackwardFlops(size.Batch, size.Neurons),
            NormalizationCost.SkipNormBackwardBytes(size.Batch, size.Neurons)),
        nameof(BatchNormForwardTrain) => new Cost(
            NormalizationCost.BatchNormForwardFlops(RowsOf(size), size.Width, false, true),
            NormalizationCost.BatchNormForwardBytes(RowsOf(size), size.Width, false)),
        nameof(BatchNormForwardEval) => new Cost(0, 4.0 * 2 * RowsOf(size) * size.Width),
        nameof(BatchNormBackwardTrain) => new Cost(
            NormalizationCost.BatchNormBackwardFlops(RowsOf(size), size.Width, true),
            NormalizationCost.BatchNormBackwardBytes(RowsOf(size), size.Width, false, true)),
        nameof(BatchNormBackwardEval) => new Cost(0, 4.0 * 4 * RowsOf(size) * size.Width),
        _ => throw NoSuchMethod(method),
    };
}
