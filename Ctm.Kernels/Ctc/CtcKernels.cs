using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Ctc;

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006), the loss of the sorting task (reference utils/losses.py). A target is
/// a list of labels; a path names a class at every tick, and spells the list that is left when repeated classes are joined
/// and blanks are dropped. The probability p of a target is the sum over all paths that spell it, and its loss -ln p. Every number below
/// is a logarithm, kept near 0 by subtracting each tick's largest.
/// </summary>
/// <remarks>
/// A path walks over states s = 0 .. 2L of a target of L labels l: even states are the blank, odd ones the labels. With
/// e(t, s) = ln softmax(logits of tick t) of the state's class, alpha(t, s) = e(t, s) + ln(the sum of exp(alpha(t - 1, .)) over s, s - 1,
/// and s - 2 where the state is a label other than the one before). Backwards, beta(t, s) is the same over s, s + 1, s + 2 of
/// e(t + 1, .) + beta(t + 1, .). The occupancy of a state is exp(alpha + beta), scaled to a sum of 1 at every tick, and the
/// gradient of -ln p is softmax - the occupancy of the class's states.
/// </remarks>
public abstract class CtcKernels
{
    private protected CtcKernels()
    {
    }

    /// <summary>
    /// The loss: -ln p of each sample, divided by the number of its labels (by 1 where it has none), then the mean over the batch.
    /// </summary>
    /// <param name="logits">Finite, shape [T, B, K]; the last class is the blank.</param>
    /// <param name="targets">Labels from 0 to K - 2, shape [B, S]. Nothing checks them: they are read where they lie.</param>
    /// <param name="lengths">How many leading labels of each sample count, 0 to S, shape [B]; absent: all S.</param>
    /// <param name="workspace">Overwritten, and needed by <see cref="Backward"/>; <see cref="CtcShape.WorkspaceLength"/> floats.</param>
    /// <param name="sampleLosses">
    /// Receives the loss of each sample, shape [B]; infinite where no path spells the target, which needs a tick for each label and
    /// one for each pair of equal neighbours.
    /// </param>
    /// <param name="loss">Receives the mean, shape [1]; 0 for an empty batch.</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When sizes are impossible, or a view is too short.</exception>
    public abstract void Forward(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> lengths,
        DeviceView<float> workspace,
        DeviceView<float> sampleLosses,
        DeviceView<float> loss,
        CtcShape shape);

    /// <summary>
    /// The gradient of the loss of <see cref="Forward"/>, times <paramref name="scale"/>, assigned. That of a sample whose target
    /// has no path is 0. Call it once after each forward pass: it uses the workspace up.
    /// </summary>
    /// <param name="logits">As in <see cref="Forward"/>.</param>
    /// <param name="targets">As in <see cref="Forward"/>.</param>
    /// <param name="lengths">As in <see cref="Forward"/>.</param>
    /// <param name="workspace">From <see cref="Forward"/>; overwritten.</param>
    /// <param name="sampleLosses">From <see cref="Forward"/>, shape [B].</param>
    /// <param name="logitsGradient">Receives the gradient, shape [T, B, K].</param>
    /// <param name="scale">A factor.</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ArgumentException">When sizes are impossible, or a view is too short.</exception>
    public abstract void Backward(
        DeviceView<float> logits,
        DeviceView<int> targets,
        DeviceView<int> lengths,
        DeviceView<float> workspace,
        DeviceView<float> sampleLosses,
        DeviceView<float> logitsGradient,
        float scale,
        CtcShape shape);

    /// <summary>Floating-point operations of <see cref="Forward"/>, an exponential or a logarithm counted as 12.</summary>
    public static double ForwardFlops(CtcShape shape) =>
        (double)shape.Ticks * shape.Batch * ((16.0 * shape.Classes) + (56.0 * shape.States));

    /// <summary>Bytes that <see cref="Forward"/> must move: the logits in, and two rows of states a tick written and read again.</summary>
    public static double ForwardBytes(CtcShape shape) =>
        4.0 * (shape.Logits + shape.Labels + (4.0 * shape.Ticks * shape.Batch * shape.States));

    /// <summary>Floating-point operations of <see cref="Backward"/>, an exponential or a logarithm counted as 12.</summary>
    public static double BackwardFlops(CtcShape shape) =>
        (double)shape.Ticks * shape.Batch * ((18.0 * shape.Classes) + (5.0 * shape.Classes * shape.TargetLength) + (76.0 * shape.States));

    /// <summary>Bytes that <see cref="Backward"/> must move: the logits in and their gradient out, and three rows of states a tick.</summary>
    public static double BackwardBytes(CtcShape shape) =>
        4.0 * ((2.0 * shape.Logits) + shape.Labels + (3.0 * shape.Ticks * shape.Batch * shape.States));
}
