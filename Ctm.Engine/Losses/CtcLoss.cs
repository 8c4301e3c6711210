using Ctm.Engine.Autograd;
using Ctm.Kernels.Ctc;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Losses;

/// <summary>
/// The loss of a model that spells a list over its ticks, such as the sorting task's (utils/losses.py, sort_loss): connectionist temporal
/// classification with the last class as the blank. Each sample's -ln p is divided by the number of its labels, then the batch is averaged.
/// </summary>
public sealed class CtcLoss : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceBuffer<float> workspace, sampleLosses, loss;

    /// <summary>Creates the loss of predictions of one shape.</summary>
    public CtcLoss(ComputeDevice device, CtcShape shape)
    {
        this.device = device;
        Shape = shape;
        workspace = device.Allocate<float>(shape.WorkspaceLength);
        sampleLosses = device.Allocate<float>(shape.Batch);
        loss = device.Allocate<float>(1);
    }

    /// <summary>The shape.</summary>
    public CtcShape Shape { get; }

    /// <summary>The loss, one value; infinite where a target cannot be spelled in that many ticks.</summary>
    public DeviceView<float> Loss => loss.View;

    /// <summary>The loss of each sample, [B].</summary>
    public DeviceView<float> SampleLosses => sampleLosses.View;

    /// <summary>Computes the loss and, where the tape records, the gradient of the predictions.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="predictions">Logits, shape [T * B, K].</param>
    /// <param name="targets">Labels from 0 to K - 2, [B, S].</param>
    /// <param name="lengths">How many leading labels of each sample count, [B]; absent: all.</param>
    public void Forward(Tape tape, Tensor predictions, DeviceView<int> targets, DeviceView<int> lengths = default)
    {
        device.Ctc.Forward(predictions.Data, targets, lengths, workspace.View, sampleLosses.View, loss.View, Shape);
        if (tape.Recording)
        {
            device.Ctc.Backward(
                predictions.Data, targets, lengths, workspace.View, sampleLosses.View, predictions.Gradient, tape.LossScale, Shape);
            predictions.MarkGradient();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        workspace.Dispose();
        sampleLosses.Dispose();
        loss.Dispose();
    }
}
