using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Losses;

/// <summary>
/// Losses of predictions that exist at every tick (paper section 3.5 and appendix E; reference utils/losses.py). Logits have the
/// shape [ticks, batch, positions, classes], targets [batch, positions] hold class numbers. Each sample is trained at two ticks:
/// that of its smallest loss and that of its highest certainty. Ticks are chosen, never differentiated.
/// </summary>
public abstract class LossKernels
{
    private protected LossKernels()
    {
    }

    /// <summary>
    /// Everything that the logits of each tick tell, in one pass. Any output may be absent (<c>default</c>) and is then left out.
    /// </summary>
    /// <param name="logits">Shape [ticks, batch, positions, classes].</param>
    /// <param name="targets">Class numbers, shape [batch, positions]; may be absent where neither losses nor prefix is wanted.</param>
    /// <param name="losses">Receives the cross entropy in nats, shape [ticks, batch, positions].</param>
    /// <param name="entropy">
    /// Receives the entropy of the softmax divided by ln(classes), averaged over the positions, shape [ticks, batch]: 0 to 1.
    /// Certainty is 1 - entropy.
    /// </param>
    /// <param name="prefix">
    /// Receives the number of leading positions whose largest logit (the first of equals) is the target's, shape [ticks, batch].
    /// </param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When sizes are impossible, a view is too short, or entropy is asked of one class.</exception>
    public abstract void Evaluate(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<float> losses,
        DeviceView<float> entropy,
        DeviceView<int> prefix,
        LossShape shape);

    /// <summary>The cross entropy of every prediction; see <see cref="Evaluate"/>.</summary>
    public void CrossEntropyForward(DeviceView<float> logits, DeviceView<int> targets, DeviceView<float> losses, LossShape shape) =>
        Evaluate(logits, targets, losses, default, default, shape);

    /// <summary>The normalised entropy of every sample at every tick; see <see cref="Evaluate"/>.</summary>
    public void NormalizedEntropy(DeviceView<float> logits, DeviceView<float> entropy, LossShape shape) =>
        Evaluate(logits, default, default, entropy, default, shape);

    /// <summary>The number of leading correct positions; see <see cref="Evaluate"/>.</summary>
    public void CorrectPrefix(DeviceView<float> logits, DeviceView<int> targets, DeviceView<int> prefix, LossShape shape) =>
        Evaluate(logits, targets, default, default, prefix, shape);

    /// <summary>The class with the largest logit of every prediction, the first of equals.</summary>
    /// <param name="logits">Shape [ticks, batch, positions, classes].</param>
    /// <param name="classes">Receives class numbers, shape [ticks, batch, positions].</param>
    /// <param name="shape">The sizes.</param>
    public abstract void ArgMax(DeviceView<float> logits, DeviceView<int> classes, LossShape shape);

    /// <summary>
    /// How many steps of each maze's route count in its loss (the automatic curriculum, reference maze_loss):
    /// the maximum over the ticks of max(0, prefix - 1), plus the lookahead. It may exceed the number of positions, as the
    /// reference reports it; the other functions cap it themselves.
    /// </summary>
    /// <param name="prefix">Leading correct positions, shape [ticks, batch].</param>
    /// <param name="reach">Receives the steps that count, shape [batch].</param>
    /// <param name="ticks">Number of ticks.</param>
    /// <param name="batch">Number of mazes.</param>
    /// <param name="lookahead">Steps beyond the last correct one, 0 or more (5 in the paper).</param>
    public abstract void MazeReach(DeviceView<int> prefix, DeviceView<int> reach, int ticks, int batch, int lookahead);

    /// <summary>
    /// The two-tick rule. The loss of a tick is the mean of its positions' losses over those that count; a sample none of whose
    /// positions counts (reach 0) has loss 0. sampleLosses = (loss at the first tick + loss at the second) / 2, plus
    /// <paramref name="everyTick"/> times the mean over the ticks of their losses.
    /// </summary>
    /// <param name="losses">From <see cref="Evaluate"/>, shape [ticks, batch, positions].</param>
    /// <param name="entropy">From <see cref="Evaluate"/>, shape [ticks, batch]; may be absent without <paramref name="useMostCertain"/>.</param>
    /// <param name="reach">Leading positions that count, shape [batch]; absent: all count.</param>
    /// <param name="tickLosses">Receives the loss of every tick, shape [ticks, batch].</param>
    /// <param name="first">Receives the tick of the smallest loss, the first of equals, shape [batch].</param>
    /// <param name="second">Receives the tick of the highest certainty, the first of equals, or the last tick, shape [batch].</param>
    /// <param name="sampleLosses">Receives each sample's loss, shape [batch].</param>
    /// <param name="loss">Receives the mean over the samples, shape [1]; 0 for an empty batch.</param>
    /// <param name="useMostCertain">False: the second tick is the last one.</param>
    /// <param name="everyTick">Weight of all ticks' mean loss beside the rule's; 0 for the rule alone, which is the published loss.</param>
    /// <param name="shape">The sizes.</param>
    public abstract void SelectTicks(
        DeviceView<float> losses,
        DeviceView<float> entropy,
        DeviceView<int> reach,
        DeviceView<float> tickLosses,
        DeviceView<int> first,
        DeviceView<int> second,
        DeviceView<float> sampleLosses,
        DeviceView<float> loss,
        bool useMostCertain,
        float everyTick,
        LossShape shape);

    /// <summary>
    /// The gradient of the loss of <see cref="SelectTicks"/>, times <paramref name="scale"/>: at the two chosen ticks
    /// weight * (softmax - one-hot) / positions that count / batch, with weight 1/2, or 1 where both are the same tick; at every tick
    /// that weight is raised by <paramref name="everyTick"/> / ticks. Everything else is assigned 0.
    /// </summary>
    /// <param name="logits">Shape [ticks, batch, positions, classes].</param>
    /// <param name="targets">Class numbers, shape [batch, positions].</param>
    /// <param name="first">From <see cref="SelectTicks"/>, shape [batch].</param>
    /// <param name="second">From <see cref="SelectTicks"/>, shape [batch].</param>
    /// <param name="reach">Leading positions that count, shape [batch]; absent: all count.</param>
    /// <param name="logitsGradient">Receives the gradient, shape of <paramref name="logits"/>.</param>
    /// <param name="scale">A factor, 1 for the loss as it is.</param>
    /// <param name="everyTick">As of <see cref="SelectTicks"/>.</param>
    /// <param name="shape">The sizes.</param>
    public abstract void TwoTickBackward(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> first,
        DeviceView<int> second,
        DeviceView<int> reach,
        DeviceView<float> logitsGradient,
        float scale,
        float everyTick,
        LossShape shape);

    /// <summary>How right each sample is at a chosen tick.</summary>
    /// <param name="logits">Shape [ticks, batch, positions, classes].</param>
    /// <param name="targets">Class numbers, shape [batch, positions].</param>
    /// <param name="tick">The tick to read, shape [batch].</param>
    /// <param name="correctPositions">Receives the number of correct positions, shape [batch].</param>
    /// <param name="solved">Receives 1 where all positions are correct, else 0, shape [batch].</param>
    /// <param name="shape">The sizes.</param>
    public abstract void CountCorrect(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> tick,
        DeviceView<int> correctPositions,
        DeviceView<int> solved,
        LossShape shape);

    /// <summary>The gradient of <see cref="NormalizedEntropy"/>, assigned; certainty, 1 - entropy, has its negative.</summary>
    /// <param name="logits">Shape [T, B, S, K].</param>
    /// <param name="entropyGradient">Shape [T, B].</param>
    /// <param name="logitsGradient">Shape [T, B, S, K].</param>
    /// <param name="shape">The sizes.</param>
    public abstract void NormalizedEntropyBackward(
        DeviceView<float> logits, DeviceView<float> entropyGradient, DeviceView<float> logitsGradient, LossShape shape);

    /// <summary>Floating-point operations of <see cref="Evaluate"/> with all outputs, an exponential counted as 12.</summary>
    public static double EvaluateFlops(LossShape shape) => 22.0 * shape.Logits;

    /// <summary>Bytes that <see cref="Evaluate"/> must move with all outputs.</summary>
    public static double EvaluateBytes(LossShape shape) =>
        4.0 * ((double)shape.Logits + shape.Predictions + (2.0 * shape.Ticks * shape.Batch) + (shape.Batch * shape.Positions));
}
