using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Engine.Losses;

/// <summary>
/// The loss of a Continuous Thought Machine (paper section 3.5, utils/losses.py): per sample the mean of the cross entropies at the
/// tick of the lowest loss and at the tick of the highest certainty, then the mean over samples. That asks nothing of the other ticks;
/// where they shall be right as well, all ticks' mean loss can be added with a weight, which is ours. With a curriculum
/// (mazes) only the leading positions count, a few beyond those that some tick already has right. The ticks are chosen, not
/// differentiated. Where predictions are of more ticks than the shape has, only the last ones count, and the earlier ones have no
/// gradient: a question's answer (qamnist_loss) is read from the ticks that follow it. Over one tick it is plain cross entropy.
/// </summary>
public sealed class TwoTickLoss : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceBuffer<float> losses, tickLosses, entropy, sampleLosses, loss;
    private readonly DeviceBuffer<int> correct, solved, prefix, reach, first, second;

    /// <summary>Creates the loss of predictions of one shape.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The shape of what counts.</param>
    /// <param name="useMostCertain">False takes the last tick instead of the most certain.</param>
    /// <param name="lookahead">Positions beyond the solved ones that count; null counts all.</param>
    /// <param name="everyTick">Weight of all ticks' mean loss, 0 or more; 0 for the published loss.</param>
    public TwoTickLoss(
        ComputeDevice device, LossShape shape, bool useMostCertain = true, int? lookahead = null, float everyTick = 0f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(everyTick);
        this.device = device;
        Shape = shape;
        UseMostCertain = useMostCertain;
        Lookahead = lookahead;
        EveryTick = everyTick;
        int items = shape.Ticks * shape.Batch;
        losses = device.Allocate<float>(items * shape.Positions);
        tickLosses = device.Allocate<float>(items);
        entropy = device.Allocate<float>(items);
        sampleLosses = device.Allocate<float>(shape.Batch);
        loss = device.Allocate<float>(1);
        correct = device.Allocate<int>(shape.Batch);
        solved = device.Allocate<int>(shape.Batch);
        prefix = device.Allocate<int>(items);
        reach = device.Allocate<int>(shape.Batch);
        first = device.Allocate<int>(shape.Batch);
        second = device.Allocate<int>(shape.Batch);
    }

    /// <summary>The shape of what counts.</summary>
    public LossShape Shape { get; }

    /// <summary>Whether the second tick is the most certain one, or the last.</summary>
    public bool UseMostCertain { get; }

    /// <summary>Positions beyond the solved ones that count; null counts all.</summary>
    public int? Lookahead { get; }

    /// <summary>Weight of all ticks' mean loss.</summary>
    public float EveryTick { get; }

    /// <summary>The loss, one value.</summary>
    public DeviceView<float> Loss => loss.View;

    /// <summary>Normalised entropy of every tick and sample, [T, B]; certainty is 1 - entropy.</summary>
    public DeviceView<float> Entropy => entropy.View;

    /// <summary>Tick of the lowest loss of each sample, from 0 at the first that counts.</summary>
    public DeviceView<int> LowestLossTicks => first.View;

    /// <summary>Most certain (or last) tick of each sample, from 0 at the first that counts.</summary>
    public DeviceView<int> MostCertainTicks => second.View;

    /// <summary>Positions that counted in each sample; as the reference has it, it may exceed the number of positions.</summary>
    public DeviceView<int> Reach => reach.View;

    /// <summary>Computes the loss and, where the tape records, the gradient of the predictions.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="predictions">Logits, shape [T * B, S * K], or of more ticks.</param>
    /// <param name="targets">Classes, [B, S].</param>
    /// <param name="entropies">Normalised entropies to choose ticks by, [T, B]; absent takes those of the predictions.</param>
    public void Forward(Tape tape, Tensor predictions, DeviceView<int> targets, DeviceView<float> entropies = default)
    {
        LossKernels kernels = device.Losses;
        int earlier = Earlier(predictions);
        DeviceView<float> logits = predictions.Data.Slice(earlier, Shape.Logits);
        DeviceView<int> prefixes = Lookahead is null ? default : prefix.View, counted = Lookahead is null ? default : reach.View;
        kernels.Evaluate(logits, targets, losses.View, entropy.View, prefixes, Shape);
        if (Lookahead is { } lookahead)
        {
            kernels.MazeReach(prefixes, counted, Shape.Ticks, Shape.Batch, lookahead);
        }

        kernels.SelectTicks(
            losses.View,
            entropies.IsAbsent ? entropy.View : entropies,
            counted,
            tickLosses.View,
            first.View,
            second.View,
            sampleLosses.View,
            loss.View,
            UseMostCertain,
            EveryTick,
            Shape);
        if (tape.Recording)
        {
            if (earlier > 0)
            {
                device.Elementwise.Fill(predictions.Gradient.Slice(0, earlier), 0f);
            }

            DeviceView<float> gradient = predictions.Gradient.Slice(earlier, Shape.Logits);
            kernels.TwoTickBackward(logits, targets, first.View, second.View, counted, gradient, tape.LossScale, EveryTick, Shape);
            predictions.MarkGradient();
        }
    }

    /// <summary>At the most certain ticks: correct positions of each sample, and 1 where all are correct.</summary>
    public (int[] Correct, int[] Solved) ReadScores(Tensor predictions, DeviceView<int> targets)
    {
        DeviceView<float> logits = predictions.Data.Slice(Earlier(predictions), Shape.Logits);
        device.Losses.CountCorrect(logits, targets, second.View, correct.View, solved.View, Shape);
        return (correct.View.ToArray(), solved.View.ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable buffer in new IDisposable[]
            { losses, tickLosses, entropy, sampleLosses, loss, correct, solved, prefix, reach, first, second })
        {
            buffer.Dispose();
        }
    }

    /// <summary>Number of logits before those that count.</summary>
    private int Earlier(Tensor predictions)
    {
        int earlier = predictions.Length - Shape.Logits, tick = Shape.Batch * Shape.Positions * Shape.Classes;
        return earlier >= 0 && (tick == 0 || earlier % tick == 0)
            ? earlier
            : throw new ArgumentException(
                $"{predictions.Rows} x {predictions.Columns} predictions are not {Shape.Ticks} ticks or more of {Shape.Batch} samples "
                + $"with {Shape.Positions} x {Shape.Classes} logits.",
                nameof(predictions));
    }
}
