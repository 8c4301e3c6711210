using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Ctc;
using Ctm.Kernels.Devices;

namespace Ctm.Benchmarks.Kernels;

/// <summary>The loss of lists and its gradient, at the sorting task's size and at a wider one.</summary>
public class CtcBenchmarks : DeviceBenchmarks<CtcCase>
{
    private DeviceView<float> logits, workspace, sampleLosses, loss, gradient;
    private DeviceView<int> targets;

    /// <summary>The loss.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.Ctc.Forward(logits, targets, default, workspace, sampleLosses, loss, Size.Shape);
        Device.Synchronize();
    }

    /// <summary>The loss and its gradient, which uses up what the loss leaves behind.</summary>
    [Benchmark]
    public void ForwardAndBackward()
    {
        Device.Ctc.Forward(logits, targets, default, workspace, sampleLosses, loss, Size.Shape);
        Device.Ctc.Backward(logits, targets, default, workspace, sampleLosses, gradient, 1f, Size.Shape);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override IEnumerable<CtcCase> MeasuredSizes =>
        [new("sort-30", new CtcShape(50, 32, 31, 30)), new("wide", new CtcShape(100, 64, 256, 40))];

    /// <inheritdoc/>
    protected override IEnumerable<CtcCase> SmokeSizes => [new("smoke", new CtcShape(5, 2, 4, 2))];

    /// <inheritdoc/>
    protected override void Allocate()
    {
        CtcShape shape = Size.Shape;
        logits = Buffers.Floats(shape.Logits);
        workspace = Buffers.Zeros(shape.WorkspaceLength);
        sampleLosses = Buffers.Zeros(shape.Batch);
        loss = Buffers.Zeros(1);
        gradient = Buffers.Zeros(shape.Logits);
        targets = Buffers.Integers(shape.Labels, shape.Blank);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, CtcCase size)
    {
        var forward = new Cost(CtcKernels.ForwardFlops(size.Shape), CtcKernels.ForwardBytes(size.Shape));
        return method switch
        {
            nameof(Forward) => forward,
            nameof(ForwardAndBackward) => new Cost(
                forward.Flops + CtcKernels.BackwardFlops(size.Shape), forward.Bytes + CtcKernels.BackwardBytes(size.Shape)),
            _ => throw NoSuchMethod(method),
        };
    }
}
