using Ctm.Engine.Files;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>Parameters and index buffers as libtorch's tensors, under their names.</summary>
internal sealed class TorchWeights : IDisposable
{
    private readonly Dictionary<string, Parameter> parameters = [];
    private readonly Dictionary<string, Tensor> indices = [];

    public TorchWeights(StateDictionary state)
    {
        foreach ((string name, StateTensor values) in state)
        {
            if (values.Kind == StateTensorKind.Single)
            {
                parameters[name] = new Parameter(tensor(values.Singles, [.. values.Shape]));
            }
            else
            {
                indices[name] = tensor(values.Integers, [.. values.Shape]);
            }
        }
    }

    public IEnumerable<Parameter> Parameters => parameters.Values;

    public IReadOnlyDictionary<string, Parameter> ByName => parameters;

    public Parameter this[string name] => parameters[name];

    public Tensor Indices(string name) => indices[name];

    /// <summary>x W^T + b with <c>name.weight</c> and <c>name.bias</c>.</summary>
    public Tensor Linear(string name, Tensor x) => nn.functional.linear(x, this[name + ".weight"], this[name + ".bias"]);

    /// <summary>Layer normalisation over the last axis.</summary>
    public Tensor LayerNorm(string name, Tensor x) =>
        nn.functional.layer_norm(x, [x.shape[^1]], this[name + ".weight"], this[name + ".bias"]);

    public void Dispose()
    {
        foreach (Tensor value in parameters.Values.Concat(indices.Values))
        {
            value.Dispose();
        }
    }
}
