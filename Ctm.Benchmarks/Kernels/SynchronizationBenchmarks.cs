using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Synchronization;

namespace Ctm.Benchmarks.Kernels;

/// <summary>The output synchronization: one step of the recurrence, and the windowed form over M states.</summary>
public class SynchronizationBenchmarks : ModelBenchmarks
{
    private DeviceView<float> states, decay, factors, slopes, betas, alpha, output, previousOutput, outputGradient;
    private DeviceView<float> alphaGradient, betaGradient, decayGradient, stateGradients, work;
    private PairIndex pairs = null!;

    private DeviceView<float> State => states.Slice(0, Size.StateLength);

    // At most so many elements of one state are read; the dense form uses one list.
    private static double SelectedOf(ModelSize size) =>
        size.Batch * (double)Math.Min(size.Neurons, size.IsDense ? size.SelectedNeurons : 2 * size.SelectedNeurons);

    private SynchronizationStep Step(DeviceView<float> to) => new(pairs, factors, Beta(1), alpha, to, IsFirst: false);

    private DeviceView<float> Beta(int step) => betas.Slice(step * Size.Pairs, Size.Pairs);

    /// <summary>Factors and betas of all ticks.</summary>
    [Benchmark]
    public void PrepareDecays()
    {
        Device.Synchronization.PrepareDecays(decay, 0f, 15f, factors, slopes, betas, Size.Ticks, Size.Pairs);
        Device.Synchronize();
    }

    /// <summary>One step.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.Synchronization.Forward(State, Step(output), Size.Batch);
        Device.Synchronize();
    }

    /// <summary>One step each of two synchronizations.</summary>
    [Benchmark]
    public void ForwardBoth()
    {
        Device.Synchronization.ForwardBoth(State, Step(output), Step(previousOutput), Size.Batch);
        Device.Synchronize();
    }

    /// <summary>One step back, decays and state.</summary>
    [Benchmark]
    public void Backward()
    {
        Device.Synchronization.Backward(
            outputGradient,
            output,
            previousOutput,
            factors,
            slopes,
            Beta(1),
            Beta(0),
            alphaGradient,
            betaGradient,
            decayGradient,
            Size.Batch,
            Size.Pairs,
            isLast: false);
        Device.Synchronization.StateGradient(
            State, pairs, alphaGradient, stateGradients.Slice(0, Size.StateLength), Size.Batch, accumulate: false);
        Device.Synchronize();
    }

    /// <summary>A window of states.</summary>
    [Benchmark]
    public void WindowedForward()
    {
        Device.Synchronization.WindowedForward(states, pairs, factors, output, Size.Batch, Size.Memory);
        Device.Synchronize();
    }

    /// <summary>The window's gradients.</summary>
    [Benchmark]
    public void WindowedBackward()
    {
        Device.Synchronization.WindowedBackward(
            states, pairs, factors, slopes, output, outputGradient, work, stateGradients, decayGradient, Size.Batch, Size.Memory);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        int length = Size.Batch * Size.Pairs;
        int[] left = Buffers.Numbers(Size.SelectedNeurons, Size.Neurons), right = Buffers.Numbers(Size.SelectedNeurons, Size.Neurons);
        if (Size.IsDense)
        {
            (left, right) = PairIndex.UpperTriangle(left, left);
        }

        pairs = Buffers.Keep(new PairIndex(Device, left, right, Size.Neurons));
        states = Buffers.Floats(Size.Memory * Size.StateLength);
        decay = Buffers.Floats(Size.Pairs, 0.1f, 1f);
        factors = Buffers.Zeros(Size.Pairs);
        slopes = Buffers.Zeros(Size.Pairs);
        betas = Buffers.Zeros(Size.Ticks * Size.Pairs);
        alpha = Buffers.Floats(length);
        output = Buffers.Floats(length);
        previousOutput = Buffers.Floats(length);
        outputGradient = Buffers.Floats(length);
        alphaGradient = Buffers.Zeros(length);
        betaGradient = Buffers.Zeros(Size.Pairs);
        decayGradient = Buffers.Zeros(Size.Pairs);
        stateGradients = Buffers.Zeros(Size.Memory * Size.StateLength);
        work = Buffers.Zeros(length);
        PrepareDecays();
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(PrepareDecays) => new Cost(0, 4.0 * size.Pairs * (size.Ticks + 3.0)),
        nameof(Forward) => new Cost(
            SynchronizationKernels.ForwardFlops(size.Batch, size.Pairs),
            SynchronizationKernels.ForwardBytes(size.Batch, size.Neurons, size.Pairs)),
        nameof(ForwardBoth) => new Cost(
            2 * SynchronizationKernels.ForwardFlops(size.Batch, size.Pairs),
            2 * SynchronizationKernels.ForwardBytes(size.Batch, size.Neurons, size.Pairs)),
        nameof(Backward) => new Cost(
            SynchronizationKernels.BackwardFlops(size.Batch, size.Pairs),
            SynchronizationKernels.BackwardBytes(size.Batch, size.Neurons, size.Pairs)),
        nameof(WindowedForward) => new Cost(0, 4.0 * ((SelectedOf(size) * size.Memory) + ((double)size.Batch * size.Pairs))),
        nameof(WindowedBackward) => new Cost(
            0,
            4.0 * (((SelectedOf(size) + size.StateLength) * size.Memory) + (3.0 * size.Batch * size.Pairs))),
        _ => throw NoSuchMethod(method),
    };
}
