using Ctm.Engine.Models;
using Ctm.Kernels.PairSampling;
using TorchSharp;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>
/// The model as libtorch computes it best: keys and values projected once, the history in one buffer with windows in place, the
/// neurons as batched products over weights permuted once a step, fused attention, predictions of all ticks in one product.
/// </summary>
internal sealed class BestSide : TorchSide
{
    private readonly CtmConfiguration c;
    private readonly Dictionary<string, (Tensor Left, Tensor Right)> pairs = [];

    public BestSide(CoreData data)
        : base(data)
    {
        c = data.Core.Model;
        foreach ((string kind, int count) in new[] { ("action", c.ActionNeurons), ("out", c.OutputNeurons) })
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor left = Weights.Indices($"{kind}_neuron_indices_left"), right = Weights.Indices($"{kind}_neuron_indices_right");
            if (c.NeuronSelection != NeuronSelection.RandomPairing)
            {
                Tensor upper = triu_indices(count, count);
                (left, right) = (left.index_select(0, upper[0]), right.index_select(0, upper[1]));
            }

            pairs[kind] = (left.clone().DetachFromDisposeScope(), right.clone().DetachFromDisposeScope());
        }
    }

    public override string Name => "libtorch_best";

    protected override (Tensor Predictions, Tensor Certainty) Think(Tensor features)
    {
        long batch = features.shape[0], count = features.shape[1], width = c.InputWidth, heads = c.Heads, head = width / heads;
        Tensor tokens = Weights.LayerNorm("kv_proj.1", Weights.Linear("kv_proj.0", features));
        Tensor[] weight = Weights["attention.in_proj_weight"].split([width, 2 * width]);
        Tensor[] bias = Weights["attention.in_proj_bias"].split([width, 2 * width]);
        Tensor both = nn.functional.linear(tokens, weight[1], bias[1]).view(batch, count, 2, heads, head);
        both = both.permute(2, 0, 3, 1, 4).contiguous();
        Tensor keys = both[0], values = both[1];
        (Tensor Weight, Tensor Bias) first = Layer("trace_processor.0.0");
        (Tensor Weight, Tensor Bias)? second = c.DeepNeuronLevelModels ? Layer("trace_processor.0.2") : null;
        (Tensor actionDecay, Tensor[] actionNorms) = Decays("action", c.Ticks);
        (Tensor outputDecay, Tensor[] outputNorms) = Decays("out", c.Ticks + 1);
        var history = new WindowHistory(empty(c.Neurons, batch, c.MemoryLength + c.Ticks), c.MemoryLength);
        WindowStart.Next = history;
        Tensor token = WindowStart.apply(Weights["start_trace"]);
        Tensor z = Weights["start_activated_state"].unsqueeze(0).expand(batch, -1);
        Tensor? action = null;
        Tensor output = Products("out", z);
        var synchronizations = new Tensor[c.Ticks];
        for (int t = 0; t < c.Ticks; t++)
        {
            using DisposeScope tick = NewDisposeScope();
            Tensor acting = action is null ? Products("action", z) : addcmul(Products("action", z), actionDecay, action, 1);
            Tensor query = nn.functional.linear(Weights.Linear("q_proj", acting * actionNorms[t]), weight[0], bias[0]);
            Tensor attended = nn.functional.scaled_dot_product_attention(query.view(batch, heads, 1, head), keys, values);
            attended = Weights.Linear("attention.out_proj", attended.reshape(batch, width));
            Tensor state = TorchSynapse.Forward(Weights, cat([attended, z], 1), c.SynapseDepth);
            WindowLayer.Next = (history, t);
            List<Tensor> layer = WindowLayer.apply(state, token, first.Weight, first.Bias);
            Tensor x = nn.functional.glu(layer[0], -1);
            x = second is { } s ? nn.functional.glu(x.baddbmm(s.Weight, s.Bias), -1) : x;
            token = layer[1].MoveToOuterDisposeScope();
            z = x.squeeze(-1).transpose(0, 1).MoveToOuterDisposeScope();
            output = addcmul(Products("out", z), outputDecay, output, 1).MoveToOuterDisposeScope();
            synchronizations[t] = (output * outputNorms[t + 1]).MoveToOuterDisposeScope();
            action = acting.MoveToOuterDisposeScope();
        }

        Tensor answers = Weights.Linear("output_projector.0", stack(synchronizations));
        Tensor entropy = TorchLoss.NormalizedEntropy(answers.detach().view(c.Ticks, batch, c.Positions, c.Classes));
        return (answers.permute(1, 2, 0).contiguous(), (1 - entropy).transpose(0, 1));
    }

    // Permuted once a step, with the temperature folded in.
    private (Tensor Weight, Tensor Bias) Layer(string name)
    {
        Tensor temperature = Weights[name + ".T"];
        Tensor weight = Weights[name + ".w1"].permute(2, 0, 1), bias = Weights[name + ".b1"].permute(1, 0, 2);
        return ((weight / temperature).contiguous(), (bias / temperature).contiguous());
    }

    // The factor of the recurrence, and 1 / sqrt(beta) of every step.
    private (Tensor Decay, Tensor[] Norms) Decays(string kind, int steps)
    {
        Tensor parameter = Weights[$"decay_params_{kind}"];
        using (no_grad())
        {
            parameter.clamp_(0, 15);
        }

        Tensor decay = exp(-parameter), beta = ones_like(decay);
        var norms = new Tensor[steps];
        for (int t = 0; t < steps; t++)
        {
            norms[t] = beta.rsqrt();
            beta = (beta * decay) + 1;
        }

        return (decay, norms);
    }

    private Tensor Products(string kind, Tensor z) => z.index_select(1, pairs[kind].Left) * z.index_select(1, pairs[kind].Right);
}
