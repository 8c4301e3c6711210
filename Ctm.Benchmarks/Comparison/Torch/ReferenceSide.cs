using Ctm.Engine.Models;
using Ctm.Kernels.PairSampling;
using TorchSharp;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>
/// The model in the operations that the reference chooses (models/ctm.py): the history is concatenated anew at every tick, the
/// neurons are an einsum, keys and values are projected at every tick, and every gradient is formed tick by tick.
/// </summary>
internal sealed class ReferenceSide(CoreData data) : TorchSide(data)
{
    private readonly CtmConfiguration c = data.Core.Model;

    public override string Name => "reference";

    protected override (Tensor Predictions, Tensor Certainty) Think(Tensor features)
    {
        long batch = features.shape[0];
        using (no_grad())
        {
            Weights["decay_params_action"].clamp_(0, 15);
            Weights["decay_params_out"].clamp_(0, 15);
        }

        Tensor tokens = Weights.LayerNorm("kv_proj.1", Weights.Linear("kv_proj.0", features));
        Tensor history = Weights["start_trace"].unsqueeze(0).expand(batch, -1, -1);
        Tensor z = Weights["start_activated_state"].unsqueeze(0).expand(batch, -1);
        Tensor actionDecay = exp(-Weights["decay_params_action"]).unsqueeze(0).repeat(batch, 1);
        Tensor outputDecay = exp(-Weights["decay_params_out"]).unsqueeze(0).repeat(batch, 1);
        Tensor predictions = empty(batch, c.OutputWidth, c.Ticks), certainties = empty(batch, 2, c.Ticks);
        (Tensor Alpha, Tensor Beta)? action = null;
        (Tensor Alpha, Tensor Beta) output = Advance("out", z, null, outputDecay);
        for (int t = 0; t < c.Ticks; t++)
        {
            using DisposeScope tick = NewDisposeScope();
            (Tensor Alpha, Tensor Beta) acting = Advance("action", z, action, actionDecay);
            Tensor query = Weights.Linear("q_proj", acting.Alpha / acting.Beta.sqrt()).unsqueeze(1);
            Tensor attended = Attend(query, tokens).squeeze(1);
            Tensor state = TorchSynapse.Forward(Weights, cat([attended, z], -1), c.SynapseDepth);
            history = cat([history.narrow(2, 1, c.MemoryLength - 1), state.unsqueeze(-1)], -1).MoveToOuterDisposeScope();
            z = Neurons(history).MoveToOuterDisposeScope();
            output = Advance("out", z, output, outputDecay);
            Tensor prediction = Weights.Linear("output_projector.0", output.Alpha / output.Beta.sqrt());
            Tensor entropy = TorchLoss.NormalizedEntropy(prediction.view(batch, c.Positions, c.Classes));
            predictions.select(2, t).copy_(prediction);
            certainties.select(2, t).copy_(stack([entropy, 1 - entropy], -1));
            action = (acting.Alpha.MoveToOuterDisposeScope(), acting.Beta.MoveToOuterDisposeScope());
            output = (output.Alpha.MoveToOuterDisposeScope(), output.Beta.MoveToOuterDisposeScope());
        }

        return (predictions, certainties.select(1, 1));
    }

    private (Tensor Alpha, Tensor Beta) Advance(string kind, Tensor z, (Tensor Alpha, Tensor Beta)? before, Tensor decay)
    {
        Tensor products = Products(kind, z);
        return before is { } b ? ((decay * b.Alpha) + products, (decay * b.Beta) + 1) : (products, ones_like(products));
    }

    private Tensor Products(string kind, Tensor z)
    {
        int count = kind == "out" ? c.OutputNeurons : c.ActionNeurons;
        Tensor Chosen(string side) => z.index(TensorIndex.Colon, TensorIndex.Tensor(Weights.Indices($"{kind}_neuron_indices_{side}")));
        if (c.NeuronSelection == NeuronSelection.RandomPairing)
        {
            return Chosen("left") * Chosen("right");
        }

        Tensor left, right;
        if (c.NeuronSelection == NeuronSelection.FirstLast)
        {
            left = right = z.narrow(1, kind == "out" ? 0 : c.Neurons - count, count);
        }
        else
        {
            (left, right) = (Chosen("left"), Chosen("right"));
        }

        Tensor all = left.unsqueeze(2) * right.unsqueeze(1), upper = triu_indices(count, count);
        return all.index(TensorIndex.Colon, TensorIndex.Tensor(upper[0]), TensorIndex.Tensor(upper[1]));
    }

    private Tensor Neurons(Tensor history)
    {
        Tensor x = nn.functional.glu(Layer("trace_processor.0.0", history), -1);
        return c.DeepNeuronLevelModels ? nn.functional.glu(Layer("trace_processor.0.2", x), -1).squeeze(-1) : x.squeeze(-1);
    }

    private Tensor Layer(string name, Tensor x) =>
        (einsum("bdm,mhd->bdh", x, Weights[name + ".w1"]) + Weights[name + ".b1"]) / Weights[name + ".T"];

    // Sequence first, heads folded into the batch, weights wanted: the way of torch's multi_head_attention_forward.
    private Tensor Attend(Tensor query, Tensor tokens)
    {
        long batch = tokens.shape[0], count = tokens.shape[1], width = c.InputWidth, heads = c.Heads, head = width / heads;
        Tensor q = query.transpose(0, 1), k = tokens.transpose(0, 1);
        Tensor[] weight = Weights["attention.in_proj_weight"].split([width, 2 * width]);
        Tensor[] bias = Weights["attention.in_proj_bias"].split([width, 2 * width]);
        q = nn.functional.linear(q, weight[0], bias[0]).view(1, batch * heads, head).transpose(0, 1);
        Tensor both = nn.functional.linear(k, weight[1], bias[1]).view(count, batch, 2, width);
        both = both.unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous();
        Tensor keys = both[0].view(count, batch * heads, head).transpose(0, 1);
        Tensor values = both[1].view(count, batch * heads, head).transpose(0, 1);
        Tensor shares = (q * Math.Sqrt(1.0 / head)).bmm(keys.transpose(-2, -1)).softmax(-1);
        Tensor result = shares.bmm(values).transpose(0, 1).contiguous().view(batch, width);
        return Weights.Linear("attention.out_proj", result).view(1, batch, width).transpose(0, 1);
    }
}
