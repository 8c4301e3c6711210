using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Optimizers;

/// <summary>
/// Optimizer steps and gradient clipping over all parameters at once. Parameters, gradients and moments are flat arenas of one
/// <see cref="ArenaLayout"/>. Clip factors stay on the device, so a step never waits for the host.
/// </summary>
public abstract class OptimizerKernels
{
    /// <summary>Floats of settings for each tensor: weight decay, lower bound, upper bound.</summary>
    public const int SettingsPerTensor = 3;

    private protected OptimizerKernels()
    {
    }

    /// <summary>
    /// AdamW with decoupled weight decay: p is projected into its tensor's bounds (the reference clamps stored decay parameters to
    /// [0, 15] before every use, so the result of a step may lie beyond them); then, in PyTorch's order of operations, p *= 1 - rate *
    /// decay; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= rate / c1 * m / (sqrt(v) / sqrt(c2) + epsilon). Here g is the
    /// gradient times <paramref name="gradientScale"/>. The gradients are left as they are.
    /// </summary>
    /// <param name="parameters">Updated, shape [arena].</param>
    /// <param name="gradients">Shape [arena].</param>
    /// <param name="firstMoment">Updated, shape [arena].</param>
    /// <param name="secondMoment">Updated, shape [arena].</param>
    /// <param name="tensorSettings">
    /// Shape [tensors, 3]: weight decay, lower and upper bound (infinite for none; the bounds must include 0, or padding would
    /// change). Absent: no decay, no bounds.
    /// </param>
    /// <param name="gradientScale">A factor of all gradients, shape [1], or one of each tensor's, shape [tensors]; absent: 1.</param>
    /// <param name="step">The numbers of this step.</param>
    /// <param name="layout">The layout of all four arenas.</param>
    public abstract void AdamW(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> firstMoment,
        DeviceView<float> secondMoment,
        DeviceView<float> tensorSettings,
        DeviceView<float> gradientScale,
        AdamWStep step,
        ArenaLayout layout);

    /// <summary>Adam: <see cref="AdamW"/> without weight decay and bounds.</summary>
    public void Adam(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> firstMoment,
        DeviceView<float> secondMoment,
        DeviceView<float> gradientScale,
        AdamWStep step,
        ArenaLayout layout) =>
        AdamW(parameters, gradients, firstMoment, secondMoment, default, gradientScale, step, layout);

    /// <summary>
    /// Stochastic gradient descent: p is projected into its tensor's bounds; then, as in PyTorch, g += decay * p; momentum buffer =
    /// momentum * buffer + g; p -= rate * buffer. Start with a buffer of zeros.
    /// </summary>
    /// <param name="parameters">Updated, shape [arena].</param>
    /// <param name="gradients">Shape [arena].</param>
    /// <param name="momentumBuffer">Updated, shape [arena]; absent where <paramref name="momentum"/> is 0.</param>
    /// <param name="tensorSettings">As in <see cref="AdamW"/>.</param>
    /// <param name="gradientScale">As in <see cref="AdamW"/>.</param>
    /// <param name="learningRate">The rate of this step.</param>
    /// <param name="momentum">Decay of the momentum buffer.</param>
    /// <param name="layout">The layout of all arenas.</param>
    public abstract void Sgd(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> momentumBuffer,
        DeviceView<float> tensorSettings,
        DeviceView<float> gradientScale,
        float learningRate,
        float momentum,
        ArenaLayout layout);

    /// <summary>
    /// The first part of a Muon step (Jordan et al. 2024): of tensors whose matrix rate is not 0, momentum = decay * momentum + g, and
    /// the direction is g + decay * momentum, as Nesterov has it; g is the gradient times <paramref name="gradientScale"/>. Those of other
    /// tensors stay as they are.
    /// </summary>
    /// <param name="gradients">Shape [arena].</param>
    /// <param name="momentum">Updated, shape [arena]; start with zeros.</param>
    /// <param name="directions">Receives the directions, shape [arena].</param>
    /// <param name="matrixRates">As in <see cref="Muon"/>.</param>
    /// <param name="gradientScale">As in <see cref="AdamW"/>.</param>
    /// <param name="decay">Decay of the momentum.</param>
    /// <param name="layout">The layout of all arenas.</param>
    public abstract void MuonMomentum(
        DeviceView<float> gradients,
        DeviceView<float> momentum,
        DeviceView<float> directions,
        DeviceView<float> matrixRates,
        DeviceView<float> gradientScale,
        float decay,
        ArenaLayout layout);

    /// <summary>
    /// Replaces each matrix X by nearly its orthogonal factor U V^T, where X = U S V^T, by Newton-Schulz iterations: X is divided by its
    /// Frobenius norm, and then X = a X + b G X + c G^2 X, with G = X X^T and a, b, c = 3.4445, -4.7750, 2.0315 (Jordan et al. 2024). Singular
    /// values of 0.01 of the norm or more end between 0.68 and 1.14 after five iterations, smaller ones between 0 and 1.21.
    /// </summary>
    /// <param name="matrices">Updated, shape [count, rows, columns].</param>
    /// <param name="stack">Their shape.</param>
    /// <param name="iterations">Number of iterations, 1 or more.</param>
    /// <param name="scratch">Room for <see cref="MatrixStack.ScratchLength"/> floats; left undefined.</param>
    public abstract void Orthogonalize(DeviceView<float> matrices, MatrixStack stack, int iterations, DeviceView<float> scratch);

    /// <summary>
    /// The last part of a Muon step: tensors whose matrix rate is not 0 are projected into their bounds, then p *= 1 - rate * decay; p -=
    /// rate * matrix rate * direction. All other tensors take the step of <see cref="AdamW"/>.
    /// </summary>
    /// <param name="parameters">Updated, shape [arena].</param>
    /// <param name="gradients">Shape [arena].</param>
    /// <param name="directions">Shape [arena].</param>
    /// <param name="matrixRates">Factors of the learning rate, shape [tensors]; 0 for tensors that AdamW updates.</param>
    /// <param name="firstMoment">Updated where AdamW does, shape [arena].</param>
    /// <param name="secondMoment">Updated where AdamW does, shape [arena].</param>
    /// <param name="tensorSettings">As in <see cref="AdamW"/>.</param>
    /// <param name="gradientScale">As in <see cref="AdamW"/>.</param>
    /// <param name="step">The numbers of this step.</param>
    /// <param name="layout">The layout of all arenas.</param>
    public abstract void Muon(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> directions,
        DeviceView<float> matrixRates,
        DeviceView<float> firstMoment,
        DeviceView<float> secondMoment,
        DeviceView<float> tensorSettings,
        DeviceView<float> gradientScale,
        AdamWStep step,
        ArenaLayout layout);

    /// <summary>
    /// The L2 norm of all gradients and the factor that limits it, min(1, maximum / (norm + 1e-6)), as PyTorch's clip_grad_norm_.
    /// The gradients are not changed: give the factor to the optimizer step. Sums have a fixed order.
    /// </summary>
    /// <param name="gradients">Shape [arena].</param>
    /// <param name="partial">Scratch, shape [chunks].</param>
    /// <param name="norm">Receives the norm, shape [1].</param>
    /// <param name="factor">Receives the factor, shape [1]. Gradients that are not finite make it 0 or NaN.</param>
    /// <param name="maximum">The largest norm allowed.</param>
    /// <param name="layout">The arena's layout.</param>
    public abstract void GlobalNormClip(
        DeviceView<float> gradients,
        DeviceView<float> partial,
        DeviceView<float> norm,
        DeviceView<float> factor,
        float maximum,
        ArenaLayout layout);

    /// <summary>
    /// Limits the gradient of each tensor by its own past (AutoClip, Seetharaman et al. 2020, as the reference's parity task has it):
    /// factor = min(1, threshold / (norm + 1e-6)), where the threshold is a quantile of the norms of the latest steps before this one,
    /// unclipped, with linear interpolation between neighbours. The first step is not limited. The gradients are not changed: give the
    /// factors to the optimizer step. Nothing waits for the host, and all orders are fixed.
    /// </summary>
    /// <param name="gradients">Shape [arena].</param>
    /// <param name="partial">Scratch, shape [chunks].</param>
    /// <param name="history">
    /// Norms of the latest steps, a ring that this step's are put into, shape [tensors, <see cref="QuantileClipStep.HistoryLength"/>];
    /// fill it with infinity before the first step.
    /// </param>
    /// <param name="factors">Receives the factors, shape [tensors].</param>
    /// <param name="norm">Receives the L2 norm of all gradients before clipping, shape [1].</param>
    /// <param name="step">The numbers of this step.</param>
    /// <param name="layout">The arena's layout.</param>
    public abstract void QuantileClip(
        DeviceView<float> gradients,
        DeviceView<float> partial,
        DeviceView<float> history,
        DeviceView<float> factors,
        DeviceView<float> norm,
        QuantileClipStep step,
        ArenaLayout layout);

    /// <summary>The L2 norm of each tensor's gradient.</summary>
    /// <param name="gradients">Shape [arena].</param>
    /// <param name="partial">Scratch, shape [chunks].</param>
    /// <param name="norms">Receives the norms, shape [tensors].</param>
    /// <param name="layout">The arena's layout.</param>
    public abstract void TensorNorms(DeviceView<float> gradients, DeviceView<float> partial, DeviceView<float> norms, ArenaLayout layout);

    /// <summary>Multiplies each tensor's gradient by its own factor, in place.</summary>
    /// <param name="gradients">Scaled, shape [arena].</param>
    /// <param name="factors">Shape [tensors].</param>
    /// <param name="layout">The arena's layout.</param>
    public abstract void ScaleTensors(DeviceView<float> gradients, DeviceView<float> factors, ArenaLayout layout);

    /// <summary>Floating-point operations of <see cref="AdamW"/>, for each of the arena's floats about 18.</summary>
    public static double AdamWFlops(int length) => 18.0 * length;

    /// <summary>Floating-point operations of <see cref="Orthogonalize"/>: the norm, and three products and a polynomial an iteration.</summary>
    public static double OrthogonalizeFlops(MatrixStack stack, int iterations)
    {
        double square = (double)stack.Side * stack.Side;
        return stack.Count * ((3.0 * stack.MatrixLength)
            + (iterations * ((4.0 * stack.Side * stack.MatrixLength) + (2 * stack.Side * square) + (3 * square))));
    }

    /// <summary>
    /// Bytes that <see cref="Orthogonalize"/> must move: the matrices three times for the norm, and an iteration the matrices three times and the
    /// products six times.
    /// </summary>
    public static double OrthogonalizeBytes(MatrixStack stack, int iterations) =>
        4.0 * stack.Count * ((3.0 * stack.MatrixLength) + (iterations * ((3.0 * stack.MatrixLength) + (6.0 * stack.Side * stack.Side))));

    /// <summary>Bytes that <see cref="MuonMomentum"/> must move for matrices of so many floats: two arenas in, two out.</summary>
    public static double MuonMomentumBytes(int matrices) => 16.0 * matrices;

    /// <summary>Bytes that <see cref="Muon"/> must move: two arenas in and one out for matrices, what AdamW moves for others.</summary>
    public static double MuonBytes(int matrices, int others) => (12.0 * matrices) + AdamWBytes(others);

    /// <summary>Floating-point operations of <see cref="QuantileClip"/>: the squares, and every norm of the past compared with every other.</summary>
    public static double QuantileClipFlops(int length, int tensors, int count) => (2.0 * length) + (6.0 * tensors * count * count);

    /// <summary>Bytes that <see cref="QuantileClip"/> must move: the gradients and the past norms in.</summary>
    public static double QuantileClipBytes(int length, int tensors, int count) => 4.0 * (length + ((count + 2.0) * tensors));

    /// <summary>Bytes that <see cref="AdamW"/> must move: four arenas in, three out.</summary>
    public static double AdamWBytes(int length) => 28.0 * length;
}
