using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Losses;

/// <summary>How a <see cref="TwoTickLoss"/> reads the predictions.</summary>
/// <param name="Ticks">Ticks T.</param>
/// <param name="Batch">Samples B.</param>
/// <param name="Positions">Positions S of one prediction.</param>
/// <param name="Classes">Classes K at each.</param>
public readonly record struct PredictionShape(int Ticks, int Batch, int Positions, int Classes);

/// <summary>
/// The loss of a Continuous Thought Machine (paper section 3.5, utils/losses.py): per sample the mean of the cross entropies at the
/// tick of the lowest loss and at the tick of the highest certainty, then the mean over samples. With a curriculum
/// (mazes) only the leading positions count, a few beyond those that some tick already has right. The ticks are chosen, not
/// differentiated.
/// </summary>
public sealed class TwoTickLoss : IDisposable
{
    private readonly ComputeDevice device;
    private readonly DeviceBuffer<float> losses, tickLosses, entropy, sampleLosses, loss, correct, solved;
    private readonly DeviceBuffer<int> prefix, reach, first, second;

    /// <summary>Creates the loss of predictions of one shape.</summary>
    /// <param name="device">The device.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="useMostCertain">False takes the last tick instead of the most certain.</param>
    /// <param name="lookahead">Positions beyond the solved ones that count; null counts all.</param>
    public TwoTickLoss(ComputeDevice device, PredictionShape shape, bool useMostCertain = true, int? lookahead = null)
    {
        this.device = device;
        Shape = shape;
        UseMostCertain = useMostCertain;
        Lookahead = lookahead;
        int items = shape.Ticks * shape.Batch;
        losses = device.Allocate<float>(items * shape.Positions);
        tickLosses = device.Allocate<float>(items);
        entropy = device.Allocate<float>(items);
        sampleLosses = device.Allocate<float>(shape.Batch);
        loss = device.Allocate<float>(1);
        correct = device.Allocate<float>(shape.Batch);
        solved = device.Allocate<float>(shape.Batch);
        prefix = device.Allocate<int>(items);
        reach = device.Allocate<int>(shape.Batch);
        first = device.Allocate<int>(shape.Batch);
        second = device.Allocate<int>(shape.Batch);
    }

    /// <summary>The shape.</summary>
    public PredictionShape Shape { get; }

    /// <summary>Whether the second tick is the most certain one, or the last.</summary>
    public bool UseMostCertain { get; }

    /// <summary>Positions beyond the solved ones that count; null counts all.</summary>
    public int? Lookahead { get; }

    /// <summary>The loss, one value.</summary>
    public DeviceView<float> Loss => loss.View;

    /// <summary>Normalised entropy of every tick and sample, [T, B]; certainty is 1 - entropy.</summary>
    public DeviceView<float> Entropy => entropy.View;

    /// <summary>Tick of the lowest loss of each sample.</summary>
    public DeviceView<int> LowestLossTicks => first.View;

    /// <summary>Most certain (or last) tick of each sample.</summary>
    public DeviceView<int> MostCertainTicks => second.View;

    /// <summary>Positions that counted in each sample; as the reference has it, it may exceed the number of positions.</summary>
    public DeviceView<int> Reach => reach.View;

    /// <summary>Computes the loss and, where the tape records, the gradient of the predictions.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="predictions">Logits, shape [T * B, S * K].</param>
    /// <param name="targets">Classes, [B, S].</param>
    public void Forward(Tape tape, Tensor predictions, DeviceView<int> targets)
    {
        PredictionShape s = Shape;
        device.Losses.NormalizedEntropy(predictions.Data, entropy.View, s.Ticks, s.Batch, s.Positions, s.Classes);
        Forward(tape, predictions, targets, entropy.View);
    }

    /// <summary>The same with entropies that are given.</summary>
    public void Forward(Tape tape, Tensor predictions, DeviceView<int> targets, DeviceView<float> entropies)
    {
        PredictionShape s = Shape;
        device.Losses.CrossEntropyForward(predictions.Data, targets, losses.View, s.Ticks, s.Batch, s.Positions, s.Classes);
        if (Lookahead is { } lookahead)
        {
            device.Losses.CorrectPrefix(predictions.Data, targets, prefix.View, s.Ticks, s.Batch, s.Positions, s.Classes);
            device.Losses.MazeReach(prefix.View, reach.View, lookahead, s.Ticks, s.Batch, s.Positions);
        }

        DeviceView<int> counted = Lookahead is null ? default : reach.View;
        device.Losses.SelectTicks(
            losses.View,
            entropies,
            counted,
            tickLosses.View,
            first.View,
            second.View,
            sampleLosses.View,
            loss.View,
            s.Ticks,
            s.Batch,
            s.Positions,
            UseMostCertain);
        if (tape.Recording)
        {
            device.Losses.TwoTickBackward(
                predictions.Data, targets, first.View, second.View, counted, predictions.Gradient, s.Ticks, s.Batch, s.Positions, s.Classes, 1f);
            predictions.MarkGradient();
        }
    }

    /// <summary>At the most certain ticks: correct positions of each sample, and 1 where all are correct.</summary>
    public (float[] Correct, float[] Solved) ReadScores(Tensor predictions, DeviceView<int> targets)
    {
        PredictionShape s = Shape;
        device.Losses.CountCorrect(
            predictions.Data, targets, second.View, correct.View, solved.View, s.Ticks, s.Batch, s.Positions, s.Classes);
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
}
