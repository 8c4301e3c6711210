using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Attention;

/// <summary>
/// Attention of one query a sample over the tokens of that sample, as the model does at every tick (paper section 3.4; the
/// reference's nn.MultiheadAttention without its projections). Each of the heads owns <c>width / heads</c> neighbouring columns:
/// weights[b, h, :] = softmax over n of query[b, h] . key[b, n, h] / sqrt(width / heads), output[b, h] = sum over n of
/// weights[b, h, n] * value[b, n, h]. A row of <c>keysValues</c> holds a token's key, then its value: one projection makes both.
/// </summary>
public abstract class AttentionKernels
{
    private protected AttentionKernels()
    {
    }

    /// <summary>Computes weights and output, both assigned.</summary>
    /// <param name="query">Shape [batch, width].</param>
    /// <param name="keysValues">Shape [batch, tokens, 2 * width]: key, then value.</param>
    /// <param name="weights">Receives the attention weights, shape [batch, heads, tokens].</param>
    /// <param name="output">Receives the heads' weighted values side by side, shape [batch, width].</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When the sizes are impossible or a view is too short.</exception>
    public abstract void Forward(
        DeviceView<float> query, DeviceView<float> keysValues, DeviceView<float> weights, DeviceView<float> output, AttentionShape shape);

    /// <summary>
    /// The part of the gradient that each tick needs at once, assigned: that of the query, and that of every score
    /// query . key (the factor 1 / sqrt(width / heads) is in it), from which <see cref="BackwardKeysValues"/> goes on.
    /// </summary>
    /// <param name="outputGradient">Shape [batch, width].</param>
    /// <param name="query">Shape [batch, width].</param>
    /// <param name="keysValues">Shape [batch, tokens, 2 * width].</param>
    /// <param name="weights">From <see cref="Forward"/>, shape [batch, heads, tokens].</param>
    /// <param name="scoreGradient">Receives the gradient of query . key, shape [batch, heads, tokens].</param>
    /// <param name="queryGradient">Receives the gradient of the query, shape [batch, width].</param>
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
    /// key gradient[b, n] += sum over t of scoreGradients[t, b, h, n] * queries[t, b, h], and
    /// value gradient[b, n] += sum over t of weights[t, b, h, n] * outputGradients[t, b, h]. Ticks are added in rising order.
    /// </summary>
    /// <param name="outputGradients">Shape [ticks, batch, width].</param>
    /// <param name="queries">Shape [ticks, batch, width].</param>
    /// <param name="weights">Shape [ticks, batch, heads, tokens].</param>
    /// <param name="scoreGradients">From <see cref="BackwardQuery"/>, shape [ticks, batch, heads, tokens].</param>
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

    /// <summary>Floating-point operations of <see cref="Forward"/>: a multiplication and an addition for every key and value.</summary>
    public static double ForwardFlops(AttentionShape shape) => 4.0 * shape.Batch * shape.Tokens * shape.Width;

    /// <summary>Bytes that <see cref="Forward"/> must move: keys and values once, weights, query, output.</summary>
    public static double ForwardBytes(AttentionShape shape) =>
        4.0 * shape.Batch * ((2.0 * shape.Tokens * shape.Width) + (shape.Heads * shape.Tokens) + (2.0 * shape.Width));

    /// <summary>Floating-point operations of <see cref="BackwardQuery"/>.</summary>
    public static double BackwardQueryFlops(AttentionShape shape) => 4.0 * shape.Batch * shape.Tokens * shape.Width;

    /// <summary>Bytes that <see cref="BackwardQuery"/> must move.</summary>
    public static double BackwardQueryBytes(AttentionShape shape) =>
        4.0 * shape.Batch * ((2.0 * shape.Tokens * shape.Width) + (2.0 * shape.Heads * shape.Tokens) + (3.0 * shape.Width));

    /// <summary>Floating-point operations of <see cref="BackwardKeysValues"/>.</summary>
    public static double BackwardKeysValuesFlops(int ticks, AttentionShape shape) =>
        4.0 * ticks * shape.Batch * shape.Tokens * shape.Width;

    /// <summary>Bytes that <see cref="BackwardKeysValues"/> must move: the gradient in and out, and what the ticks kept.</summary>
    public static double BackwardKeysValuesBytes(int ticks, AttentionShape shape) =>
        8.0 * shape.Batch * ((2.0 * shape.Tokens * shape.Width) + (ticks * ((double)shape.Width + (shape.Heads * shape.Tokens))));
}
