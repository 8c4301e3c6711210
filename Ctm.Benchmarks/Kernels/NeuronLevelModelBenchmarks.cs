using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Benchmarks.Kernels;

/// <summary>The neuron-level models through all ticks of a run.</summary>
public class NeuronLevelModelBenchmarks : ModelBenchmarks
{
    private DeviceView<float> startTrace, preActivation, output, outputGradient, preActivationGradient;
    private NeuronLevelModelParameters parameters, gradients;
    private NeuronLevelModelWorkspace workspace = null!;

    private void RunTicks()
    {
        for (int tick = 0; tick < Size.Ticks; tick++)
        {
            workspace.Forward(tick, preActivation, output);
        }
    }

    /// <summary>All ticks.</summary>
    [Benchmark]
    public void Forward()
    {
        workspace.BeginHistory(startTrace);
        RunTicks();
        Device.Synchronize();
    }

    /// <summary>All ticks, with the packing of parameters before and of their gradients after.</summary>
    [Benchmark]
    public void Backward()
    {
        workspace.Prepare(parameters);
        for (int tick = Size.Ticks - 1; tick >= 0; tick--)
        {
            workspace.Backward(tick, outputGradient, preActivationGradient);
        }

        workspace.Finish(gradients);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        startTrace = Buffers.Floats(Size.Neurons * Size.Memory);
        preActivation = Buffers.Floats(Size.StateLength);
        output = Buffers.Zeros(Size.StateLength);
        outputGradient = Buffers.Floats(Size.StateLength);
        preActivationGradient = Buffers.Zeros(Size.StateLength);
        (int d, int m, int h) = (Size.Neurons, Size.Memory, Size.Hidden);
        parameters = Make(Buffers.Floats);
        gradients = Make(Buffers.Zeros);
        workspace = Buffers.Keep(Device.NeuronLevelModels.CreateWorkspace(Size.NeuronLevelModels));
        workspace.Prepare(parameters);
        workspace.BeginHistory(startTrace);
        RunTicks();

        NeuronLevelModelParameters Make(Func<int, DeviceView<float>> make) => new(
            make(m * 2 * h * d), make(2 * h * d), Buffers.Constant(1, 1f), make(2 * h * d), make(2 * d), Buffers.Constant(1, 1f));
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Forward) => new Cost(size.Ticks * size.NeuronLevelModels.ForwardFlops(), size.Ticks * size.NeuronLevelModels.ForwardBytes()),
        nameof(Backward) =>
            new Cost(size.Ticks * size.NeuronLevelModels.BackwardFlops(), size.Ticks * size.NeuronLevelModels.BackwardBytes()),
        _ => throw NoSuchMethod(method),
    };
}
