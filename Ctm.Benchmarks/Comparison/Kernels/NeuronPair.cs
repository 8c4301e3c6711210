using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Kernels;

/// <summary>
/// Deep neuron-level models over some ticks: forward, or forward and backward. The peer is the reference's form, two einsums over the window
/// [B, D, M] and weights [M, 2H, D] (models/modules.py, SuperLinear).
/// </summary>
internal sealed class NeuronPair : KernelPair
{
    private readonly BenchmarkBuffers buffers;
    private readonly NeuronLevelModelShape shape;
    private readonly bool goesBack;
    private readonly DeviceView<float> windows, preActivation, output, outputGradient, preActivationGradient;
    private readonly NeuronLevelModelParameters parameters;
    private readonly NeuronLevelModelWorkspace workspace;
    private readonly Tensor history, w1, b1, w2, b2, direction;
    private Tensor result = empty(0);
    private int calls;

    public NeuronPair(ComputeDevice device, NeuronLevelModelShape shape, bool goesBack)
    {
        this.shape = shape;
        this.goesBack = goesBack;
        buffers = new BenchmarkBuffers(device);
        (int d, int m, int h, int b) = (shape.Neurons, shape.MemoryLength, shape.HiddenWidth, shape.Batch);
        windows = buffers.Floats(b * d * m);
        preActivation = buffers.Floats(b * d);
        output = buffers.Zeros(b * d);
        outputGradient = buffers.Floats(b * d);
        preActivationGradient = buffers.Zeros(b * d);
        parameters = new NeuronLevelModelParameters(
            buffers.Floats(m * 2 * h * d, -0.2f, 0.2f),
            buffers.Floats(2 * h * d),
            buffers.Constant(1, 1f),
            buffers.Floats(h * 2 * d, -0.2f, 0.2f),
            buffers.Floats(2 * d),
            buffers.Constant(1, 1f));
        workspace = buffers.Keep(device.NeuronLevelModels.CreateWorkspace(shape, training: true));
        workspace.Prepare(parameters);
        Tensor start = tensor(windows.ToArray(), [b, d, m]), own = tensor(preActivation.ToArray(), [b, d, 1]);
        history = Leaf(cat([start.narrow(2, 1, m - 1), own], 2));
        w1 = Leaf(tensor(parameters.W1.ToArray(), [m, 2 * h, d]));
        b1 = Leaf(tensor(parameters.B1.ToArray(), [1, d, 2 * h]));
        w2 = Leaf(tensor(parameters.W2.ToArray(), [h, 2, d]));
        b2 = Leaf(tensor(parameters.B2.ToArray(), [1, d, 2]));
        direction = tensor(outputGradient.ToArray(), [b, d]);
    }

    public override string Name => $"neuron-level models {(goesBack ? "forward and backward" : "forward")}, D {shape.Neurons}, "
        + $"M {shape.MemoryLength}, H {shape.HiddenWidth}, batch {shape.Batch}, {shape.Ticks} ticks";

    public override double Flops => shape.Ticks * (shape.ForwardFlops() + (goesBack ? shape.BackwardFlops() : 0));

    public override void RunEngine() => RunEngine(shape.Ticks);

    public override void RunPeer()
    {
        for (int tick = 0; tick < shape.Ticks; tick++)
        {
            RunPeerOnce();
        }
    }

    private void RunEngine(int ticks)
    {
        workspace.BeginHistoryFromWindows(windows);
        for (int tick = 0; tick < ticks; tick++)
        {
            workspace.Forward(tick, preActivation, output);
        }

        for (int tick = ticks - 1; goesBack && tick >= 0; tick--)
        {
            workspace.Backward(tick, outputGradient, preActivationGradient);
        }
    }

    private void RunPeerOnce()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable? mode = goesBack ? null : no_grad();
        Tensor z = Layer(Layer(history, w1, b1), w2, b2).squeeze(-1);
        if (goesBack)
        {
            z.backward([direction]);
            calls++;
        }

        result.Dispose();
        result = z.detach().MoveToOuterDisposeScope();
    }

    public override double Difference()
    {
        RunEngine(1);
        double found = Difference(output, result);
        if (goesBack)
        {
            // Gradients are summed over all calls.
            using Tensor latest = history.grad!.select(2, shape.MemoryLength - 1) / calls;
            found = Math.Max(found, Difference(preActivationGradient, latest));
        }

        return found;
    }

    public override void Dispose()
    {
        foreach (Tensor tensor in new[] { history, w1, b1, w2, b2, direction, result })
        {
            tensor.Dispose();
        }

        buffers.Dispose();
    }

    private static Tensor Leaf(Tensor values) => values.detach().requires_grad_();

    private static Tensor Layer(Tensor x, Tensor weight, Tensor bias) =>
        nn.functional.glu((einsum("bdm,mhd->bdh", x, weight) + bias) / 1.0, -1);
}
