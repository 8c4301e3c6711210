using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Attention;

/// <summary>
/// Attention of a sample's queries over the tokens of that sample: one query, as the model has at every tick (paper section 3.4;
/// the reference's nn.MultiheadAttention without its projections), or several, as where tokens attend to one another. Each of the
/// heads owns <c>width / heads</c> neighbouring columns: weights[b, q, h, :] = softmax over n of
/// query[b, q, h] . key[b, n, h] / sqrt(width / heads), output[b, q, h] = sum over n of weights[b, q, h, n] * value[b, n, h].
/// A row of <c>keysValues</c> holds a token's key, then its value: one projection makes both.
/// </summary>
public abstract class AttentionKernels
{
    private protected AttentionKernels()
    {
    }

    /// <summary>Computes weights and output, both assigned.</summary>
    /// <param name="query">Shape [batch, queries, width].</param>
    /// <param name="keysValues">Shape [batch, tokens, 2 * width]: key, then value.</param>
    /// <param name="weights">Receives the attention weights, shape [batch, queries, heads, tokens].</param>
    /// <param name="output">Receives the heads' weighted values side by side, shape [batch, queries, width].</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When the sizes are impossible or a view is too short.</exception>
    public abstract void Forward(
        DeviceView<float> query, DeviceView<float> keysValues, DeviceView<float> weights, DeviceView<float> output, AttentionShape shape);

    /// <summary>
    /// The part of the gradient that each tick needs at once, assigned: that of the query, and that of every score
    /// query . key (the factor 1 / sqrt(width / heads) is in it), from which <see cref="BackwardKeysValues"/> goes on.
    /// </summary>
    /// <param name="outputGradient">Shape [batch, queries, width].</param>
    /// <param name="query">Shape [batch, queries, width].</param>
    /// <param name="keysValues">Shape [batch, tokens, 2 * width].</param>
    /// <param name="weights">From <see cref="Forward"/>, shape [batch, queries, heads, tokens].</param>
    /// <param name="scoreGradient">Receives the gradient of query . key, shape [batch, queries, heads, tokens].</param>
    /// <param name="queryGradient">Receives the gradient of the query, shape [batch, queries, width].</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When the sizes are impossible or a view is too short.</exception>
    public abstract void BackwardQuery(
        DeviceView<float> outputGradient,
        DeviceView<float> query,
        DeviceView<float> keysValues,
        DeviceView<float> weights,
        DeviceView<float> scoreGradient,
        DeviceView<float> queryGradient,
        AttentionShape shape);

    /// <summary>
    /// Adds to the gradient of keys and values what all ticks together give, so that this large tensor is touched once a step:
    /// key gradient[b, n] += sum over t and q of scoreGradients[t, b, q, h, n] * queries[t, b, q, h], and
    /// value gradient[b, n] += sum over t and q of weights[t, b, q, h, n] * outputGradients[t, b, q, h]. Ticks, and the queries of
    /// each, are added in rising order.
    /// </summary>
    /// <param name="outputGradients">Shape [ticks, batch, queries, width].</param>
    /// <param name="queries">Shape [ticks, batch, queries, width].</param>
    /// <param name="weights">Shape [ticks, batch, queries, heads, tokens].</param>
    /// <param name="scoreGradients">From <see cref="BackwardQuery"/>, shape [ticks, batch, queries, heads, tokens].</param>
    /// <param name="keysValuesGradient">Accumulates, shape [batch, tokens, 2 * width].</param>
    /// <param name="ticks">Number of ticks.</param>
    /// <param name="shape">The sizes of one tick.</param>
    /// <exception cref="ArgumentException">When the sizes are impossible or a view is too short.</exception>
    public abstract void BackwardKeysValues(
        DeviceView<float> outputGradients,
        DeviceView<float> queries,
        DeviceView<float> weights,
        DeviceView<float> scoreGradients,
        DeviceView<float> keysValuesGradient,
        int ticks,
        AttentionShape shape);

    /// <summary>
    /// The last step of <see cref="Forward"/> alone, for weights that were changed after it, as dropout does. Half its work.
    /// </summary>
    /// <param name="weights">Shape [batch, queries, heads, tokens].</param>
    /// <param name="keysValues">Shape [batch, tokens, 2 * width].</param>
    /// <param name="output">Receives the heads' weighted values side by side, shape [batch, queries, width].</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When the sizes are impossible or a view is too short.</exception>
    public abstract void WeighValues(
        DeviceView<float> weights, DeviceView<float> keysValues, DeviceView<float> output, AttentionShape shape);

    /// <summary>
    /// The first step of <see cref="BackwardQuery"/> alone: the gradient of the weights that <see cref="WeighValues"/> took. Half its
    /// work.
    /// </summary>
    /// <param name="outputGradient">Shape [batch, queries, width].</param>
    /// <param name="keysValues">Shape [batch, tokens, 2 * width].</param>
    /// <param name="weightGradient">Receives the gradient, shape [batch, queries, heads, tokens].</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When the sizes are impossible or a view is too short.</exception>
    public abstract void BackwardWeights(
        DeviceView<float> outputGradient, DeviceView<float> keysValues, DeviceView<float> weightGradient, AttentionShape shape);

    /// <summary>
    /// The rest of <see cref="BackwardQuery"/>: turns the gradient of the weights of <see cref="Forward"/> into that of the scores,
    /// in place, and gives that of the query. Half its work.
    /// </summary>
    /// <param name="keysValues">Shape [batch, tokens, 2 * width].</param>
    /// <param name="weights">From <see cref="Forward"/>, shape [batch, queries, heads, tokens].</param>
    /// <param name="scoreGradient">Gradient of the weights, then that of query . key, shape [batch, queries, heads, tokens].</param>
    /// <param name="queryGradient">Receives the gradient of the query, shape [batch, queries, width].</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When the sizes are impossible or a view is too short.</exception>
    public abstract void BackwardScores(
        DeviceView<float> keysValues,
        DeviceView<float> weights,
        DeviceView<float> scoreGradient,
        DeviceView<float> queryGradient,
        AttentionShape shape);

    /// <summary>Floating-point operations of <see cref="Forward"/>: a multiplication and an addition for every key and value.</summary>
    public static double ForwardFlops(AttentionShape shape) => 4.0 * shape.Batch * shape.Queries * shape.Tokens * shape.Width;

    /// <summary>Bytes that <see cref="Forward"/> must move: keys and values once, weights, query, output.</summary>
    public static double ForwardBytes(AttentionShape shape) =>
        4.0 * ((2.0 * shape.Batch * shape.Tokens * shape.Width) + shape.WeightLength + (2.0 * shape.QueryLength));

    /// <summary>Floating-point operations of <see cref="BackwardQuery"/>.</summary>
    public static double BackwardQueryFlops(AttentionShape shape) => 4.0 * shape.Batch * shape.Queries * shape.Tokens * shape.Width;

    /// <summary>Bytes that <see cref="BackwardQuery"/> must move.</summary>
    public static double BackwardQueryBytes(AttentionShape shape) =>
        4.0 * ((2.0 * shape.Batch * shape.Tokens * shape.Width) + (2.0 * shape.WeightLength) + (3.0 * shape.QueryLength));

    /// <summary>Floating-point operations of <see cref="BackwardKeysValues"/>.</summary>
    public static double BackwardKeysValuesFlops(int ticks, AttentionShape shape) =>
        4.0 * ticks * shape.Batch * shape.Queries * shape.Tokens * shape.Width;

    /// <summary>Bytes that <see cref="BackwardKeysValues"/> must move: the gradient in and out, and what the ticks kept.</summary>
    public static double BackwardKeysValuesBytes(int ticks, AttentionShape shape) =>
        8.0 * ((2.0 * shape.Batch * shape.Tokens * shape.Width) + (ticks * ((double)shape.QueryLength + shape.WeightLength)));
}
