namespace Ctm.Engine.Modules;

/// <summary>
/// The linear layers of an attention block, parameters as PyTorch's MultiheadAttention packs them (<c>in_proj_weight</c>,
/// <c>in_proj_bias</c>, <c>out_proj</c>): Xavier-uniform over the packed weight, zero biases.
/// </summary>
internal sealed class AttentionProjections
{
    public AttentionProjections(ParameterSet set, string name, int width, int heads)
    {
        if (heads < 1 || width % heads != 0)
        {
            throw new ArgumentException($"The width {width} is no multiple of {heads} heads.");
        }

        Parameter weight = set.Add(name + ".in_proj_weight", [3 * width, width], Initializer.Uniform(Math.Sqrt(6.0 / (4 * width))), matrices: 3);
        Parameter bias = set.Add(name + ".in_proj_bias", [3 * width], Initializer.Constant(0f));
        Query = new Linear(set, weight, bias, 0, width);
        KeysValues = new Linear(set, weight, bias, width, 2 * width);
        Output = new Linear(
            set,
            set.Add(name + ".out_proj.weight", [width, width], Initializer.FanIn(width), matrices: 1),
            set.Add(name + ".out_proj.bias", [width], Initializer.Constant(0f)),
            0,
            width);
    }

    /// <summary>To queries, [rows, E].</summary>
    public Linear Query { get; }

    /// <summary>To keys and values, [rows, 2E].</summary>
    public Linear KeysValues { get; }

    /// <summary>From the heads side by side to the block's output.</summary>
    public Linear Output { get; }
}
