using Ctm.Tasks.Cores;
using TorchSharp;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Torch;

/// <summary>The two-tick loss in tensor operations, with the curriculum where the core has one.</summary>
internal static class TorchLoss
{
    /// <summary>Entropy of each prediction's softmax, divided by ln K and averaged over its positions.</summary>
    /// <param name="predictions">Shape [..., positions, classes].</param>
    public static Tensor NormalizedEntropy(Tensor predictions)
    {
        Tensor logs = predictions.log_softmax(-1);
        Tensor entropy = (logs.exp() * logs).sum(-1).neg();
        return entropy.mean([-1]) / Math.Log(predictions.shape[^1]);
    }

    /// <summary>The loss.</summary>
    /// <param name="core">The core.</param>
    /// <param name="predictions">Shape [B, outputs, T].</param>
    /// <param name="certainty">Shape [B, T].</param>
    /// <param name="targets">Class numbers, [B, positions].</param>
    public static Tensor Forward(ModelCore core, Tensor predictions, Tensor certainty, Tensor targets)
    {
        long batch = predictions.shape[0], ticks = predictions.shape[2], positions = core.Model.Positions;
        Tensor logits = predictions.view(batch, positions, core.Model.Classes, ticks);
        Tensor repeated = targets.unsqueeze(-1).expand(batch, positions, ticks);
        Tensor losses = logits.log_softmax(2).gather(2, repeated.unsqueeze(2)).squeeze(2).neg();
        Tensor tickLosses = core.Lookahead is { } lookahead
            ? Counted(losses, logits.detach().argmax(2).eq(repeated), lookahead)
            : losses.mean([1]);
        Tensor lowest = tickLosses.detach().argmin(1, keepdim: true), surest = certainty.detach().argmax(1, keepdim: true);
        return ((tickLosses.gather(1, lowest) + tickLosses.gather(1, surest)) / 2).mean();
    }

    // The mean over the positions below the furthest that a tick has solved from the start, and some more.
    private static Tensor Counted(Tensor losses, Tensor correct, int lookahead)
    {
        long positions = losses.shape[1];
        Tensor prefix = correct.to_type(ScalarType.Int64).cumprod(1).sum(1);
        Tensor reach = ((prefix - 1).clamp_(0).amax([1]) + lookahead).clamp_(0, positions).unsqueeze(1);
        Tensor mask = arange(positions).unsqueeze(0).lt(reach).to_type(ScalarType.Float32).unsqueeze(-1);
        return (losses * mask).sum(1) / reach.to_type(ScalarType.Float32);
    }
}
