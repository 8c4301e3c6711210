using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Synchronization;

/// <summary>
/// Synchronization of neuron pairs (arXiv 2505.05522; reference/ctm-facts.md 4.2 and 4.8). For a pair (i, j) with decay factor
/// r = exp(-decay) and states z_0 .. z_t: alpha_0 = z_i z_j and beta_0 = 1; then alpha_t = r alpha_(t-1) + z_i z_j,
/// beta_t = r beta_(t-1) + 1; the output is S_t = alpha_t / sqrt(beta_t). beta does not depend on the sample.
/// </summary>
/// <remarks>
/// Letters: B samples, D neurons, P pairs. Going back, with A_t and H_t the gradients of alpha_t and beta_t over all later steps:
/// A_t = dS_t / sqrt(beta_t) + r A_(t+1), H_t = - sum over samples of dS_t S_t / (2 beta_t) + r H_(t+1), and
/// dr = sum over t above 0 of (sum over samples of A_t alpha_(t-1)) + H_t beta_(t-1), where alpha_(t-1) = S_(t-1) sqrt(beta_(t-1)).
/// </remarks>
public abstract class SynchronizationKernels
{
    private protected SynchronizationKernels()
    {
    }

    /// <summary>Arithmetic operations of <see cref="Forward"/>.</summary>
    public static double ForwardFlops(int batch, int pairs) => 5.0 * batch * pairs;

    /// <summary>Bytes that <see cref="Forward"/> must move: state and alpha in, alpha and output out, and the pairs' own arrays.</summary>
    public static double ForwardBytes(int batch, int neurons, int pairs) => 4.0 * ((batch * (neurons + (3.0 * pairs))) + (4.0 * pairs));

    /// <summary>Arithmetic operations of <see cref="Backward"/> and <see cref="StateGradient"/> together.</summary>
    public static double BackwardFlops(int batch, int pairs) => 11.0 * batch * pairs;

    /// <summary>Bytes that <see cref="Backward"/> and <see cref="StateGradient"/> must move.</summary>
    public static double BackwardBytes(int batch, int neurons, int pairs) =>
        4.0 * ((batch * ((3.0 * neurons) + (6.0 * pairs))) + (13.0 * pairs) + (2.0 * neurons));

    /// <summary>What a forward pass needs of the decays, once before its first step.</summary>
    /// <remarks>
    /// The decay is clamped to [low, high] where it is used. The gradient of the clamp is 1 inside and on both bounds and is part of
    /// <paramref name="slopes"/>; outside it is 0, or 1 where the reference projects the stored parameter before its use (low 0, high
    /// 15), for which the optimizer too starts from the projected value.
    /// </remarks>
    /// <param name="decay">Decays, [P].</param>
    /// <param name="low">The smallest decay used, 0 or more.</param>
    /// <param name="high">The largest decay used, above <paramref name="low"/>.</param>
    /// <param name="factors">Receives r = exp(-clamp(decay)), [P].</param>
    /// <param name="slopes">Receives dr / d decay: -r, or 0 outside the bounds unless <paramref name="passOutside"/>, [P].</param>
    /// <param name="betas">Receives beta after every step, [steps, P]; absent when <paramref name="steps"/> is 0.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="pairs">Number of pairs P.</param>
    /// <param name="passOutside">Whether a gradient reaches decays outside the bounds too.</param>
    public abstract void PrepareDecays(
        DeviceView<float> decay,
        float low,
        float high,
        DeviceView<float> factors,
        DeviceView<float> slopes,
        DeviceView<float> betas,
        int steps,
        int pairs,
        bool passOutside = false);

    /// <summary>One step of the recurrence, for all samples and pairs.</summary>
    /// <param name="state">Post-activations z of this step, [B, D].</param>
    /// <param name="step">The step.</param>
    /// <param name="batch">Number of samples B.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void Forward(DeviceView<float> state, in SynchronizationStep step, int batch);

    /// <summary>A step each of two recurrences over the same states, in one launch.</summary>
    /// <param name="state">Post-activations z, [B, D].</param>
    /// <param name="first">A step of the one.</param>
    /// <param name="second">A step of the other.</param>
    /// <param name="batch">Number of samples B.</param>
    /// <exception cref="ArgumentException">When a view is too short for the shape.</exception>
    public abstract void ForwardBoth(DeviceView<float> state, in SynchronizationStep first, in SynchronizationStep second, int batch);

    /// <summary>One step of the recurrence backwards; steps are walked from the last to the first.</summary>
    /// <param name="outputGradient">dS of this step, [B, P]; absent where none came in.</param>
    /// <param name="output">S of this step, [B, P]; not read when <paramref name="outputGradient"/> is absent.</param>
    /// <param name="previousOutput">S of the step before, [B, P]; absent at the first step.</param>
    /// <param name="factors">r, [P].</param>
    /// <param name="slopes">dr / d decay, [P].</param>
    /// <param name="beta">beta of this step, [P].</param>
    /// <param name="previousBeta">beta of the step before, [P]; absent at the first step.</param>
    /// <param name="alphaGradient">The running gradient of alpha, updated, [B, P]; at the last step assigned and not read.</param>
    /// <param name="betaGradient">The running gradient of beta over all samples, updated, [P]; at the last step assigned and not
    /// read.</param>
    /// <param name="decayGradient">Gradient of the decays, accumulated, [P]; unchanged by the first step.</param>
    /// <param name="batch">Number of samples B.</param>
    /// <param name="pairs">Number of pairs P.</param>
    /// <param name="isLast">True at the last step, where the walk begins.</param>
    public abstract void Backward(
        DeviceView<float> outputGradient,
        DeviceView<float> output,
        DeviceView<float> previousOutput,
        DeviceView<float> factors,
        DeviceView<float> slopes,
        DeviceView<float> beta,
        DeviceView<float> previousBeta,
        DeviceView<float> alphaGradient,
        DeviceView<float> betaGradient,
        DeviceView<float> decayGradient,
        int batch,
        int pairs,
        bool isLast);

    /// <summary>
    /// The gradient of the state of one step, after <see cref="Backward"/> of that step: dz_d = the sum over the entries of neuron d of
    /// alphaGradient of the entry's pair times z of its other neuron.
    /// </summary>
    /// <param name="state">Post-activations z of this step, [B, D].</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="alphaGradient">The running gradient of alpha, [B, P].</param>
    /// <param name="stateGradient">dz, [B, D].</param>
    /// <param name="batch">Number of samples B.</param>
    /// <param name="accumulate">True to add to <paramref name="stateGradient"/>, false to assign it.</param>
    public abstract void StateGradient(
        DeviceView<float> state,
        PairIndex pairs,
        DeviceView<float> alphaGradient,
        DeviceView<float> stateGradient,
        int batch,
        bool accumulate);

    /// <summary>
    /// Synchronization over a window of M states at once, as the reinforcement learning form has it: S = sum over the window of
    /// w z_i z_j, divided by sqrt(sum of w), where w = r^age and the newest state has age 0.
    /// </summary>
    /// <param name="states">Post-activations, oldest first, [M, B, D].</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="factors">r, [P], from <see cref="PrepareDecays"/> (the reference bounds its decays by 0 and 4 here).</param>
    /// <param name="output">S, assigned, [B, P].</param>
    /// <param name="batch">Number of samples B.</param>
    /// <param name="window">Number of states M, 1 or more.</param>
    public abstract void WindowedForward(
        DeviceView<float> states, PairIndex pairs, DeviceView<float> factors, DeviceView<float> output, int batch, int window);

    /// <summary>The gradients of <see cref="WindowedForward"/>.</summary>
    /// <param name="states">Post-activations, oldest first, [M, B, D].</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="factors">r, [P].</param>
    /// <param name="slopes">dr / d decay, [P].</param>
    /// <param name="output">S, [B, P].</param>
    /// <param name="outputGradient">dS, [B, P].</param>
    /// <param name="work">Overwritten, [B, P].</param>
    /// <param name="stateGradients">Gradient of the states, assigned, [M, B, D].</param>
    /// <param name="decayGradient">Gradient of the decays, accumulated, [P].</param>
    /// <param name="batch">Number of samples B.</param>
    /// <param name="window">Number of states M, 1 or more.</param>
    public abstract void WindowedBackward(
        DeviceView<float> states,
        PairIndex pairs,
        DeviceView<float> factors,
        DeviceView<float> slopes,
        DeviceView<float> output,
        DeviceView<float> outputGradient,
        DeviceView<float> work,
        DeviceView<float> stateGradients,
        DeviceView<float> decayGradient,
        int batch,
        int window);
}
