using TorchSharp;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>The synapse model, which both libtorch sides compute alike.</summary>
internal static class TorchSynapse
{
    public static Tensor Forward(TorchWeights w, Tensor x, int depth)
    {
        if (depth == 1)
        {
            return w.LayerNorm("synapses.3", nn.functional.glu(w.Linear("synapses.1", x), -1));
        }

        Tensor Block(string linear, string norm, Tensor input) => nn.functional.silu(w.LayerNorm(norm, w.Linear(linear, input)));
        var down = new Tensor[depth];
        down[0] = Block("synapses.first_projection.0", "synapses.first_projection.1", x);
        for (int i = 0; i < depth - 1; i++)
        {
            down[i + 1] = Block($"synapses.down_projections.{i}.1", $"synapses.down_projections.{i}.2", down[i]);
        }

        Tensor up = down[^1];
        for (int i = depth - 2; i >= 0; i--)
        {
            Tensor risen = Block($"synapses.up_projections.{i}.1", $"synapses.up_projections.{i}.2", up);
            up = w.LayerNorm($"synapses.skip_lns.{i}", risen + down[i]);
        }

        return up;
    }
}
