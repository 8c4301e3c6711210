using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Losses over the logits of all ticks, and their gradients.</summary>
public class LossBenchmarks : ModelBenchmarks
{
    private DeviceView<float> logits, losses, entropy, entropyGradient, tickLosses, sampleLosses, loss, logitsGradient;
    private DeviceView<int> targets, prefix, reach, first, second, classes, correct, solved;

    /// <summary>Cross entropy, certainty and correct prefix.</summary>
    [Benchmark]
    public void Evaluate()
    {
        Device.Losses.Evaluate(logits, targets, losses, entropy, prefix, Size.Loss);
        Device.Synchronize();
    }

    /// <summary>The most likely classes.</summary>
    [Benchmark]
    public void ArgMax()
    {
        Device.Losses.ArgMax(logits, classes, Size.Loss);
        Device.Synchronize();
    }

    /// <summary>The maze curriculum.</summary>
    [Benchmark]
    public void MazeReach()
    {
        Device.Losses.MazeReach(prefix, reach, Size.Ticks, Size.Batch, 5);
        Device.Synchronize();
    }

    /// <summary>The two-tick rule.</summary>
    [Benchmark]
    public void SelectTicks()
    {
        Device.Losses.SelectTicks(
            losses, entropy, default, tickLosses, first, second, sampleLosses, loss, true, 0f, Size.Loss);
        Device.Synchronize();
    }

    /// <summary>The two-tick rule's gradient.</summary>
    [Benchmark]
    public void TwoTickBackward()
    {
        Device.Losses.TwoTickBackward(logits, targets, first, second, default, logitsGradient, 1f, 0f, Size.Loss);
        Device.Synchronize();
    }

    /// <summary>The certainty's gradient.</summary>
    [Benchmark]
    public void NormalizedEntropyBackward()
    {
        Device.Losses.NormalizedEntropyBackward(logits, entropyGradient, logitsGradient, Size.Loss);
        Device.Synchronize();
    }

    /// <summary>Right positions at a tick.</summary>
    [Benchmark]
    public void CountCorrect()
    {
        Device.Losses.CountCorrect(logits, targets, first, correct, solved, Size.Loss);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        LossShape shape = Size.Loss;
        int samples = shape.Ticks * shape.Batch;
        logits = Buffers.Floats(shape.Logits);
        targets = Buffers.Integers(shape.Batch * shape.Positions, shape.Classes);
        losses = Buffers.Floats(shape.Predictions, 0f, 1f);
        entropy = Buffers.Floats(samples, 0f, 1f);
        entropyGradient = Buffers.Floats(samples);
        prefix = Buffers.Integers(samples, shape.Positions);
        reach = Buffers.Integers(shape.Batch, shape.Positions);
        first = Buffers.Integers(shape.Batch, shape.Ticks);
        second = Buffers.Integers(shape.Batch, shape.Ticks);
        tickLosses = Buffers.Zeros(samples);
        sampleLosses = Buffers.Zeros(shape.Batch);
        loss = Buffers.Zeros(1);
        logitsGradient = Buffers.Zeros(shape.Logits);
        classes = Buffers.Integers(shape.Predictions, 1);
        correct = Buffers.Integers(shape.Batch, 1);
        solved = Buffers.Integers(shape.Batch, 1);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Evaluate) => new Cost(LossKernels.EvaluateFlops(size.Loss), LossKernels.EvaluateBytes(size.Loss)),
        nameof(ArgMax) => new Cost(0, 4.0 * (size.Loss.Logits + size.Loss.Predictions)),
        nameof(MazeReach) => new Cost(0, 4.0 * size.Batch * (size.Ticks + 1)),
        nameof(SelectTicks) => new Cost(0, 4.0 * (size.Loss.Predictions + (4.0 * size.Ticks * size.Batch) + (3.0 * size.Batch))),
        nameof(TwoTickBackward) =>
            new Cost(0, 4.0 * size.Batch * (2 + size.Positions + ((size.Ticks + 2.0) * size.Positions * size.Classes))),
        nameof(NormalizedEntropyBackward) => new Cost(0, 4.0 * ((2.0 * size.Loss.Logits) + (size.Ticks * size.Batch))),
        nameof(CountCorrect) => new Cost(0, 4.0 * size.Batch * (3 + size.Positions + (size.Positions * size.Classes))),
        _ => throw NoSuchMethod(method),
    };
}
