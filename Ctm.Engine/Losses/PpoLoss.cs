using Ctm.Engine.Agents;
using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Engine.Losses;

/// <summary>
/// The loss of proximal policy optimisation over a minibatch (tasks/rl/train.py): clipped policy loss, minus entropy, plus value loss.
/// </summary>
public sealed class PpoLoss : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceBuffer<float> advantages, logProbabilities, ratios, terms, summary;

    /// <summary>Creates the loss of minibatches of one size.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">Sizes and weights.</param>
    /// <param name="normalizesAdvantages">Whether each minibatch's advantages are normalised first.</param>
    public PpoLoss(ComputeDevice device, PpoShape shape, bool normalizesAdvantages = true)
    {
        this.device = device;
        Shape = shape;
        NormalizesAdvantages = normalizesAdvantages;
        advantages = device.Allocate<float>(shape.Count);
        logProbabilities = device.Allocate<float>(shape.Count);
        ratios = device.Allocate<float>(shape.Count);
        terms = device.Allocate<float>((PolicyLossKernels.Figures - 1) * shape.Count);
        summary = device.Allocate<float>(PolicyLossKernels.Figures);
    }

    /// <summary>Sizes and weights.</summary>
    public PpoShape Shape { get; }

    /// <summary>Whether each minibatch's advantages are normalised first.</summary>
    public bool NormalizesAdvantages { get; }

    /// <summary>Log-probabilities now of the actions that were taken, [N].</summary>
    public DeviceView<float> LogProbabilities => logProbabilities.View;

    /// <summary>Probabilities now, relative to when the actions were taken, [N].</summary>
    public DeviceView<float> Ratios => ratios.View;

    /// <summary>One value a <see cref="PpoFigure"/>.</summary>
    public DeviceView<float> Summary => summary.View;

    /// <summary>Computes the loss and, where the tape records, the gradients of logits and values.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="output">What the agent thinks now.</param>
    /// <param name="rollout">What it did, with advantages and returns.</param>
    public void Forward(Tape tape, AgentOutput output, Rollout rollout)
    {
        PolicyLossKernels kernels = device.PolicyLosses;
        DeviceView<float> counted = rollout.Advantages;
        if (NormalizesAdvantages)
        {
            kernels.Normalize(counted, advantages.View);
            counted = advantages.View;
        }

        var batch = new PpoBatch(
            output.Logits.Data, output.Values.Data, rollout.Actions, rollout.LogProbabilities, rollout.Values, counted, rollout.Returns);
        kernels.Loss(batch, logProbabilities.View, ratios.View, terms.View, summary.View, Shape);
        if (tape.Recording)
        {
            kernels.LossBackward(batch, ratios.View, output.Logits.Gradient, output.Values.Gradient, Shape);
            if (tape.LossScale != 1f)
            {
                device.Elementwise.Scale(output.Logits.Gradient, tape.LossScale);
                device.Elementwise.Scale(output.Values.Gradient, tape.LossScale);
            }

            output.Logits.MarkGradient();
            output.Values.MarkGradient();
        }
    }

    /// <summary>One figure of the latest minibatch; waits for the device.</summary>
    public double Read(PpoFigure figure) => summary.View.Slice((int)figure, 1).ToArray()[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable buffer in new IDisposable[] { advantages, logProbabilities, ratios, terms, summary })
        {
            buffer.Dispose();
        }
    }
}
