using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Attention;
using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks.Kernels;

/// <summary>
/// One query a sample over its tokens, where the gradient of keys and values is that of all ticks; and the tokens over one another.
/// </summary>
public class AttentionBenchmarks : ModelBenchmarks
{
    private DeviceView<float> queries, keysValues, weights, outputs, outputGradients, scoreGradients, queryGradient, keysValuesGradient;

    private DeviceView<float> tokens, tokenWeights, tokenScores, tokenOutputs, tokenGradients;

    private int TickWidth => Size.Batch * Size.Width;

    private int TickWeights => Size.Batch * Size.Heads * Size.Tokens;

    /// <summary>One tick.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.Attention.Forward(
            queries.Slice(0, TickWidth), keysValues, weights.Slice(0, TickWeights), outputs, Size.Attention);
        Device.Synchronize();
    }

    /// <summary>One tick's query and scores.</summary>
    [Benchmark]
    public void BackwardQuery()
    {
        Device.Attention.BackwardQuery(
            outputGradients.Slice(0, TickWidth),
            queries.Slice(0, TickWidth),
            keysValues,
            weights.Slice(0, TickWeights),
            scoreGradients.Slice(0, TickWeights),
            queryGradient,
            Size.Attention);
        Device.Synchronize();
    }

    /// <summary>One tick's last step alone, as behind dropout.</summary>
    [Benchmark]
    public void WeighValues()
    {
        Device.Attention.WeighValues(weights.Slice(0, TickWeights), keysValues, outputs, Size.Attention);
        Device.Synchronize();
    }

    /// <summary>One tick's gradient of the weights alone.</summary>
    [Benchmark]
    public void BackwardWeights()
    {
        Device.Attention.BackwardWeights(
            outputGradients.Slice(0, TickWidth), keysValues, scoreGradients.Slice(0, TickWeights), Size.Attention);
        Device.Synchronize();
    }

    /// <summary>One tick's query and scores from the gradient of the weights.</summary>
    [Benchmark]
    public void BackwardScores()
    {
        Device.Attention.BackwardScores(
            keysValues, weights.Slice(0, TickWeights), scoreGradients.Slice(0, TickWeights), queryGradient, Size.Attention);
        Device.Synchronize();
    }

    /// <summary>Keys and values of all ticks.</summary>
    [Benchmark]
    public void BackwardKeysValues()
    {
        Device.Attention.BackwardKeysValues(
            outputGradients, queries, weights, scoreGradients, keysValuesGradient, Size.Ticks, Size.Attention);
        Device.Synchronize();
    }

    /// <summary>Tokens to one another.</summary>
    [Benchmark]
    public void TokensForward()
    {
        Device.Attention.Forward(tokens, keysValues, tokenWeights, tokenOutputs, Tokens(Size));
        Device.Synchronize();
    }

    /// <summary>All gradients of tokens to one another.</summary>
    [Benchmark]
    public void TokensBackward()
    {
        AttentionShape shape = Tokens(Size);
        Device.Attention.BackwardQuery(tokenGradients, tokens, keysValues, tokenWeights, tokenScores, tokenOutputs, shape);
        Device.Attention.BackwardKeysValues(tokenGradients, tokens, tokenWeights, tokenScores, keysValuesGradient, 1, shape);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        AttentionShape shape = Tokens(Size);
        tokens = Buffers.Floats(shape.QueryLength);
        tokenWeights = Buffers.Constant(shape.WeightLength, 1f / Size.Tokens);
        tokenScores = Buffers.Zeros(shape.WeightLength);
        tokenOutputs = Buffers.Zeros(shape.QueryLength);
        tokenGradients = Buffers.Floats(shape.QueryLength);
        queries = Buffers.Floats(Size.Ticks * TickWidth);
        keysValues = Buffers.Floats(2 * Size.Tokens * TickWidth);
        weights = Buffers.Constant(Size.Ticks * TickWeights, 1f / Size.Tokens);
        outputs = Buffers.Zeros(TickWidth);
        outputGradients = Buffers.Floats(Size.Ticks * TickWidth);
        scoreGradients = Buffers.Floats(Size.Ticks * TickWeights);
        queryGradient = Buffers.Zeros(TickWidth);
        keysValuesGradient = Buffers.Zeros(2 * Size.Tokens * TickWidth);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Forward) => new Cost(AttentionKernels.ForwardFlops(size.Attention), AttentionKernels.ForwardBytes(size.Attention)),
        nameof(BackwardQuery) =>
            new Cost(AttentionKernels.BackwardQueryFlops(size.Attention), AttentionKernels.BackwardQueryBytes(size.Attention)),
        nameof(WeighValues) or nameof(BackwardWeights) or nameof(BackwardScores) =>
            new Cost(AttentionKernels.ForwardFlops(size.Attention) / 2, AttentionKernels.ForwardBytes(size.Attention) / 2),
        nameof(BackwardKeysValues) => new Cost(
            AttentionKernels.BackwardKeysValuesFlops(size.Ticks, size.Attention),
            AttentionKernels.BackwardKeysValuesBytes(size.Ticks, size.Attention)),
        nameof(TokensForward) => new Cost(AttentionKernels.ForwardFlops(Tokens(size)), AttentionKernels.ForwardBytes(Tokens(size))),
        nameof(TokensBackward) => new Cost(
            AttentionKernels.BackwardQueryFlops(Tokens(size)) + AttentionKernels.BackwardKeysValuesFlops(1, Tokens(size)),
            AttentionKernels.BackwardQueryBytes(Tokens(size)) + AttentionKernels.BackwardKeysValuesBytes(1, Tokens(size))),
        _ => throw NoSuchMethod(method),
    };

    private static AttentionShape Tokens(ModelSize size) => size.Attention with { Queries = size.Tokens };
}
