using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Kernels.PairSampling;

namespace Ctm.Benchmarks.Comparison.Onnx;

/// <summary>
/// A core as an ONNX model with its ticks unrolled. Keys and values are projected once, the neurons are batched products [D, B, M] x
/// [D, M, 2H], what depends on weights alone is constant, and the predictions of all ticks are one product.
/// </summary>
internal sealed class OnnxCore
{
    public const string InputName = "features", OutputName = "predictions";
    private readonly OnnxGraph graph = new();
    private readonly Dictionary<string, string> constants = [];
    private readonly CtmConfiguration c;
    private readonly StateDictionary state;
    private readonly int batch, tokens;

    private OnnxCore(CoreData data)
    {
        c = data.Core.Model;
        state = data.Weights;
        batch = data.Core.Batch;
        tokens = data.Core.Tokens;
    }

    /// <summary>The model's bytes: features [B * tokens, channels] to predictions [T * B, outputs].</summary>
    public static byte[] Build(CoreData data) => new OnnxCore(data).Build();

    private byte[] Build()
    {
        int e = c.InputWidth, heads = c.Heads, head = e / heads, d = c.Neurons, m = c.MemoryLength;
        string features = graph.Input(InputName, (long)batch * tokens, c.ImageChannels);
        string kv = LayerNorm("kv_proj.1", Linear("kv_proj.0", features));
        string Heads(int part, params long[] order) => graph.Apply(
            "Transpose", [Reshape(Projection(kv, part), batch, tokens, heads, head)], ("perm", order));
        string keys = Heads(1, 0, 2, 3, 1), values = Heads(2, 0, 2, 1, 3);
        string scale = graph.Constant([(float)Math.Sqrt(1.0 / head)], 1);
        string z = graph.Apply("Expand", [Weight("start_activated_state"), graph.Constant(new long[] { batch, d }, 2)]);
        string history = graph.Apply("Expand", [Reshape(Weight("start_trace"), d, 1, m), graph.Constant(new long[] { d, batch, m }, 3)]);
        string kept = graph.Constant([1L], 1), end = graph.Constant([(long)m], 1), axis = graph.Constant([2L], 1);
        string? action = null;
        string output = Products("out", z);
        var synchronizations = new string[c.Ticks];
        for (int t = 0; t < c.Ticks; t++)
        {
            action = Advance("action", action, Products("action", z));
            string query = Projection(Linear("q_proj", Normalized("action", action, t)), 0);
            string scores = graph.Apply("MatMul", [Reshape(graph.Apply("Mul", [query, scale]), batch, heads, 1, head), keys]);
            string attended = graph.Apply("MatMul", [graph.Apply("Softmax", [scores], ("axis", -1L)), values]);
            attended = Linear("attention.out_proj", Reshape(attended, batch, e));
            string pre = Synapse(graph.Apply("Concat", [attended, z], ("axis", 1L)));
            string column = Reshape(graph.Apply("Transpose", [pre], ("perm", new long[] { 1, 0 })), d, batch, 1);
            history = graph.Apply("Concat", [graph.Apply("Slice", [history, kept, end, axis]), column], ("axis", 2L));
            z = Neurons(history);
            output = Advance("out", output, Products("out", z));
            synchronizations[t] = Normalized("out", output, t + 1);
        }

        string all = graph.Apply("Concat", synchronizations, ("axis", 0L));
        graph.Output(OutputName, Linear("output_projector.0", all), (long)c.Ticks * batch, c.OutputWidth);
        return graph.ToModel();
    }

    private string Synapse(string x)
    {
        if (c.SynapseDepth == 1)
        {
            return LayerNorm("synapses.3", Glu(Linear("synapses.1", x), 1, c.Neurons));
        }

        string Block(string name, string linear, string norm, string input)
        {
            string y = LayerNorm($"synapses.{name}.{norm}", Linear($"synapses.{name}.{linear}", input));
            return graph.Apply("Mul", [y, graph.Apply("Sigmoid", [y])]);
        }

        var down = new string[c.SynapseDepth];
        down[0] = Block("first_projection", "0", "1", x);
        for (int i = 0; i < c.SynapseDepth - 1; i++)
        {
            down[i + 1] = Block($"down_projections.{i}", "1", "2", down[i]);
        }

        string up = down[^1];
        for (int i = c.SynapseDepth - 2; i >= 0; i--)
        {
            up = LayerNorm($"synapses.skip_lns.{i}", graph.Apply("Add", [Block($"up_projections.{i}", "1", "2", up), down[i]]));
        }

        return up;
    }

    private string Neurons(string history)
    {
        string x = NeuronLayer("trace_processor.0.0", history, c.DeepNeuronLevelModels ? c.HiddenWidth : 1);
        x = c.DeepNeuronLevelModels ? NeuronLayer("trace_processor.0.2", x, 1) : x;
        return graph.Apply("Transpose", [Reshape(x, c.Neurons, batch)], ("perm", new long[] { 1, 0 }));
    }

    // Weights [inputs, outputs, D] to [D, inputs, outputs], biases [1, D, outputs] to [D, 1, outputs], both divided by the temperature.
    private string NeuronLayer(string name, string x, int width)
    {
        float temperature = state[name + ".T"].Singles[0];
        int d = c.Neurons, outputs = 2 * width;
        string weight = Once(name + ".w1", () =>
        {
            float[] w = state[name + ".w1"].Singles;
            int inputs = w.Length / d / outputs;
            var permuted = new float[w.Length];
            for (int i = 0; i < w.Length; i++)
            {
                permuted[((i % d) * inputs * outputs) + (i / d)] = w[i] / temperature;
            }

            return graph.Constant(permuted, d, inputs, outputs);
        });
        string bias = Once(
            name + ".b1", () => graph.Constant([.. state[name + ".b1"].Singles.Select(b => b / temperature)], d, 1, outputs));
        return Glu(graph.Apply("Add", [graph.Apply("MatMul", [x, weight]), bias]), 2, width);
    }

    private string Glu(string x, long axis, int width)
    {
        string sizes = Once($"split {width}", () => graph.Constant([width, (long)width], 2));
        string[] halves = graph.Apply("Split", [x, sizes], 2, ("axis", axis));
        return graph.Apply("Mul", [halves[0], graph.Apply("Sigmoid", [halves[1]])]);
    }

    private string Products(string kind, string z)
    {
        string Side(bool right) => graph.Apply("Gather", [z, Once($"{kind} {right}", () => Indices(kind, right))], ("axis", 1L));
        return graph.Apply("Mul", [Side(false), Side(true)]);
    }

    private string Indices(string kind, bool right)
    {
        long[] chosen = state[$"{kind}_neuron_indices_{(right ? "right" : "left")}"].Integers;
        IEnumerable<int> all = Enumerable.Range(0, chosen.Length);
        long[] pairs = c.NeuronSelection == NeuronSelection.RandomPairing
            ? chosen
            : [.. from i in all from j in all where j >= i select chosen[right ? j : i]];
        return graph.Constant(pairs, pairs.Length);
    }

    private string Advance(string kind, string? before, string products) => before is null
        ? products
        : graph.Apply("Add", [graph.Apply("Mul", [before, Once(kind + " decay", () => Row([.. Decays(kind)]))]), products]);

    // Times 1 / sqrt(beta) of a step.
    private string Normalized(string kind, string alpha, int step)
    {
        double[] norms = [.. Decays(kind).Select(r => 1 / Math.Sqrt(Enumerable.Range(0, step + 1).Sum(k => Math.Pow(r, k))))];
        return graph.Apply("Mul", [alpha, Row(norms)]);
    }

    private IEnumerable<double> Decays(string kind) => state[$"decay_params_{kind}"].Singles.Select(v => Math.Exp(-Math.Clamp(v, 0f, 15f)));

    private string Row(double[] values) => graph.Constant([.. values.Select(v => (float)v)], 1, values.Length);

    // A third of the packed projection: 0 queries, 1 keys, 2 values.
    private string Projection(string x, int part)
    {
        int e = c.InputWidth;
        string Part(string name, int length, params long[] shape) => Once(
            $"{name} {part}", () => graph.Constant(state[name].Singles.AsSpan(part * length, length), shape));
        string weight = Part("attention.in_proj_weight", e * e, e, e), bias = Part("attention.in_proj_bias", e, e);
        return graph.Apply("Gemm", [x, weight, bias], ("transB", 1L));
    }

    private string Linear(string name, string x) =>
        graph.Apply("Gemm", [x, Weight(name + ".weight"), Weight(name + ".bias")], ("transB", 1L));

    private string LayerNorm(string name, string x) => graph.Apply(
        "LayerNormalization", [x, Weight(name + ".weight"), Weight(name + ".bias")], ("axis", -1L), ("epsilon", 1e-5f));

    private string Reshape(string x, params long[] shape) =>
        graph.Apply("Reshape", [x, Once("shape " + string.Join(' ', shape), () => graph.Constant(shape, shape.Length))]);

    private string Weight(string name) => Once(name, () => graph.Constant(state[name].Singles, [.. state[name].Shape]));

    private string Once(string key, Func<string> make)
    {
        if (!constants.TryGetValue(key, out string? name))
        {
            constants[key] = name = make();
        }

        return name;
    }
}
