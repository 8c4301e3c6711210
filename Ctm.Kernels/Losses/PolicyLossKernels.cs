using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Losses;

/// <summary>
/// Proximal policy optimisation with discrete actions (Schulman et al., arXiv 1707.06347; reference tasks/rl/train.py): generalised
/// advantages, and the clipped loss. A policy is the softmax of logits [N, actions].
/// </summary>
/// <remarks>
/// With ratio = exp(log-probability now - then), the policy loss of a transition is max(-A ratio, -A clip(ratio, 1 - c, 1 + c)). Its
/// gradient by the log-probability is -A ratio where the first is not the smaller, else 0. The value loss is (v - R)^2 / 2, or, clipped,
/// half the larger of that and (v_old + clip(v - v_old, -c, c) - R)^2.
/// </remarks>
public abstract class PolicyLossKernels
{
    /// <summary>Figures in a summary, see <see cref="PpoFigure"/>.</summary>
    public const int Figures = 7;

    private protected PolicyLossKernels()
    {
    }

    /// <summary>Log-probabilities of actions, entropies, and all probabilities. Any output may be absent and is then left out.</summary>
    /// <param name="logits">Shape [N, actions].</param>
    /// <param name="actions">Action numbers, [N]; one that does not exist gives NaN. Absent without <paramref name="logProbabilities"/>.</param>
    /// <param name="logProbabilities">Receives ln p of each action, [N].</param>
    /// <param name="entropies">Receives the entropy of each policy in nats, [N].</param>
    /// <param name="probabilities">Receives the softmax, [N, actions].</param>
    /// <param name="count">Policies N.</param>
    /// <param name="classes">Actions, 1 or more.</param>
    /// <exception cref="ArgumentException">When a view is too short.</exception>
    public abstract void Evaluate(
        DeviceView<float> logits,
        DeviceView<int> actions,
        DeviceView<float> logProbabilities,
        DeviceView<float> entropies,
        DeviceView<float> probabilities,
        int count,
        int classes);

    /// <summary>
    /// Generalised advantage estimation over a rollout: delta_t = r_t + discount n_(t+1) v_(t+1) - v_t and
    /// A_t = delta_t + discount * decay * n_(t+1) A_(t+1), where n is 1 - done; returns are A + v.
    /// </summary>
    /// <param name="rewards">Reward after each step, [steps, environments].</param>
    /// <param name="values">Value before each step, [steps, environments].</param>
    /// <param name="dones">1 where an episode had ended before the step, else 0, [steps, environments].</param>
    /// <param name="nextValues">Values after the last step, [environments].</param>
    /// <param name="nextDones">1 where an episode ended with the last step, [environments].</param>
    /// <param name="advantages">Receives A, [steps, environments].</param>
    /// <param name="returns">Receives A + v, [steps, environments].</param>
    /// <param name="discount">Discount (gamma).</param>
    /// <param name="decay">Decay of later deltas (lambda).</param>
    /// <param name="steps">Steps.</param>
    /// <param name="environments">Environments.</param>
    /// <exception cref="ArgumentException">When a view is too short.</exception>
    public abstract void Advantages(
        DeviceView<float> rewards,
        DeviceView<float> values,
        DeviceView<float> dones,
        DeviceView<float> nextValues,
        DeviceView<float> nextDones,
        DeviceView<float> advantages,
        DeviceView<float> returns,
        float discount,
        float decay,
        int steps,
        int environments);

    /// <summary>(A - mean) / (deviation + 1e-8), with the unbiased standard deviation.</summary>
    /// <param name="advantages">Any length from 2 on.</param>
    /// <param name="normalized">The same length, assigned; may be the advantages.</param>
    /// <exception cref="ArgumentException">When there are fewer than two, or the output is too short.</exception>
    public abstract void Normalize(DeviceView<float> advantages, DeviceView<float> normalized);

    /// <summary>The loss and what one watches with it.</summary>
    /// <param name="batch">The transitions.</param>
    /// <param name="logProbabilities">Receives the log-probabilities now, [N].</param>
    /// <param name="ratios">Receives the ratios, [N].</param>
    /// <param name="terms">Overwritten, [6, N].</param>
    /// <param name="summary">Receives one value a <see cref="PpoFigure"/>, [7].</param>
    /// <param name="shape">Sizes and weights.</param>
    /// <exception cref="ArgumentException">When a view is too short or a size impossible.</exception>
    public abstract void Loss(
        PpoBatch batch,
        DeviceView<float> logProbabilities,
        DeviceView<float> ratios,
        DeviceView<float> terms,
        DeviceView<float> summary,
        PpoShape shape);

    /// <summary>The gradients of the loss, assigned.</summary>
    /// <param name="batch">The transitions.</param>
    /// <param name="ratios">From <see cref="Loss"/>, [N].</param>
    /// <param name="logitsGradient">Receives the gradient of the logits, [N, actions].</param>
    /// <param name="valuesGradient">Receives the gradient of the values, [N].</param>
    /// <param name="shape">Sizes and weights.</param>
    /// <exception cref="ArgumentException">When a view is too short or a size impossible.</exception>
    public abstract void LossBackward(
        PpoBatch batch,
        DeviceView<float> ratios,
        DeviceView<float> logitsGradient,
        DeviceView<float> valuesGradient,
        PpoShape shape);

    /// <summary>Floating-point operations of <see cref="Loss"/>, an exponential counted as 12.</summary>
    public static double LossFlops(int count, int classes) => count * ((18.0 * classes) + 40);

    /// <summary>Bytes that <see cref="Loss"/> must move.</summary>
    public static double LossBytes(int count, int classes) => 4.0 * count * (classes + 6.0 + 2 + 12);

    /// <summary>Floating-point operations of <see cref="LossBackward"/>.</summary>
    public static double LossBackwardFlops(int count, int classes) => count * ((38.0 * classes) + 20);

    /// <summary>Bytes that <see cref="LossBackward"/> must move.</summary>
    public static double LossBackwardBytes(int count, int classes) => 4.0 * count * ((2.0 * classes) + 7);

    /// <summary>Bytes that <see cref="Advantages"/> must move.</summary>
    public static double AdvantagesBytes(int steps, int environments) => 4.0 * environments * ((5.0 * steps) + 2);
}
