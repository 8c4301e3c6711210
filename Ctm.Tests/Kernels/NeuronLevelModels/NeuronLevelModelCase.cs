using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Tests.Kernels.NeuronLevelModels;

/// <summary>
/// Random parameters and inputs of one run, on the device and for the oracle. Where the shape asks for half precision they, and parameters
/// divided by their temperatures, are halves already, so that keeping them so loses nothing.
/// </summary>
internal sealed class NeuronLevelModelCase : IDisposable
{
    private readonly Buffers buffers;
    private readonly NeuronLevelModelShape shape;

    public NeuronLevelModelCase(ComputeDevice device, NeuronLevelModelShape shape, int seed = 1)
    {
        buffers = new Buffers(device, seed);
        this.shape = shape;
        (int d, int m, int h) = (shape.Neurons, shape.MemoryLength, shape.HiddenWidth);
        bool isHalf = shape.Precision == StoragePrecision.Half;
        int outputs = h > 0 ? 2 * h : 2, size = shape.Batch * d;
        int[] lengths = h > 0 ? [m * outputs * d, d * outputs, 1, h * 2 * d, 2 * d, 1] : [m * outputs * d, d * outputs, 1];
        Parameters = [.. lengths.Select((length, i) => length == 1 ? buffers.Input([isHalf ? 0.5f * (1 + (i / 3)) : 1.25f + (0.2f * i)]) : Input(length))];
        Gradients = [.. lengths.Select(length => buffers.Input(length))];
        StartTrace = Input(d * m);
        StartTraceGradient = buffers.Input(d * m);
        PreActivations = Input(shape.Ticks * size);
        OutputGradients = buffers.Input(shape.Ticks * size);
        Outputs = buffers.Output(shape.Ticks * size);
        PreActivationGradients = buffers.Output(shape.Ticks * size);
    }

    public DeviceView<float>[] Parameters { get; }

    /// <summary>Not zero at first: parameters' gradients are added to.</summary>
    public DeviceView<float>[] Gradients { get; }

    public DeviceView<float> StartTrace { get; }

    public DeviceView<float> StartTraceGradient { get; }

    public DeviceView<float> PreActivations { get; }

    public DeviceView<float> OutputGradients { get; }

    public DeviceView<float> Outputs { get; }

    public DeviceView<float> PreActivationGradients { get; }

    public static NeuronLevelModelParameters Group(DeviceView<float>[] views) => views.Length == 3
        ? new(views[0], views[1], views[2])
        : new(views[0], views[1], views[2], views[3], views[4], views[5]);

    public DeviceView<float> Tick(DeviceView<float> all, int tick) =>
        all.Slice(tick * shape.Batch * shape.Neurons, shape.Batch * shape.Neurons);

    public DeviceView<float> Windows() => Input(shape.Batch * shape.Neurons * shape.MemoryLength);

    public DeviceView<float> WindowOutput() => buffers.Output(shape.Batch * shape.Neurons * shape.MemoryLength);

    public NeuronLevelModelOracle NewOracle(DeviceView<float> windows = default, DeviceView<float> windowGradient = default) => new(shape)
    {
        Parameters = [.. Parameters.Select(Oracle.Doubles)],
        Start = windows.IsAbsent
            ? [.. Enumerable.Repeat(Oracle.Doubles(StartTrace), shape.Batch).SelectMany(x => x)]
            : Oracle.Doubles(windows),
        PreActivations = Oracle.Doubles(PreActivations),
        OutputGradients = Oracle.Doubles(OutputGradients),
        WindowGradient = windowGradient.IsAbsent ? null : Oracle.Doubles(windowGradient),
    };

    public void Forward(NeuronLevelModelWorkspace workspace)
    {
        for (int tick = 0; tick < shape.Ticks; tick++)
        {
            workspace.Forward(tick, Tick(PreActivations, tick), Tick(Outputs, tick));
        }
    }

    public void Backward(NeuronLevelModelWorkspace workspace)
    {
        for (int tick = shape.Ticks - 1; tick >= 0; tick--)
        {
            workspace.Backward(tick, Tick(OutputGradients, tick), Tick(PreActivationGradients, tick));
        }
    }

    /// <summary>A whole training step.</summary>
    public void Step(NeuronLevelModelWorkspace workspace)
    {
        workspace.Prepare(Group(Parameters));
        workspace.BeginHistory(StartTrace);
        Forward(workspace);
        Backward(workspace);
        workspace.Finish(Group(Gradients), StartTraceGradient);
    }

    public void Dispose() => buffers.Dispose();

    private DeviceView<float> Input(int length) => shape.Precision == StoragePrecision.Half
        ? buffers.Input([.. buffers.Values(length).Select(x => (float)(Half)x)])
        : buffers.Input(length);
}
