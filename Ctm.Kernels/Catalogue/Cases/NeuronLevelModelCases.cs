using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class NeuronLevelModelCases
{
    private const string Family = "NeuronLevelModels";

    // Devices keep the gradients of hidden units in half precision between two kernels: measured up to 9.8e-4 of the largest gradient.
    private const double HalfRounding = 1.0 / 512;

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        var deep = new NeuronLevelModelShape(size.Neurons, size.Memory, size.Hidden, size.Batch, 1);
        NeuronLevelModelShape half = deep with { Precision = StoragePrecision.Half };
        NeuronLevelModelShape linear = deep with { HiddenWidth = 0 };
        return
        [
            Forward("Forward", deep),
            Backward("Backward", deep),
            Forward("ForwardHalf", half),
            Backward("BackwardHalf", half) with { Rounding = HalfRounding },
            Windows("WindowsHalf", half),
            Forward("ForwardLinear", linear),
            Backward("BackwardLinear", linear),
            Forward("ForwardOneSample", deep with { Batch = 1 }),
            Backward("BackwardOneSample", deep with { Batch = 1 }),
            Forward("ForwardLinearOneSample", linear with { Batch = 1 }),
            Backward("BackwardLinearOneSample", linear with { Batch = 1 }),
            Windows("Windows", deep),
        ];
    }

    private static KernelCase Windows(string name, NeuronLevelModelShape shape)
    {
        int length = shape.Batch * shape.Neurons * shape.MemoryLength;
        return new(Family, name, 0, 8.0 * length, b =>
        {
            NeuronLevelModelWorkspace workspace = b.Keep(b.Device.NeuronLevelModels.CreateWorkspace(shape));
            workspace.Prepare(Parameters(b, shape));
            DeviceView<float> windows = b.Floats(length), copy = b.Output(length);
            return () =>
            {
                workspace.BeginHistoryFromWindows(windows);
                workspace.CopyWindow(-1, copy);
            };
        });
    }

    private static KernelCase Forward(string name, NeuronLevelModelShape shape) =>
        new(Family, name, shape.ForwardFlops(), shape.ForwardBytes(), b =>
        {
            NeuronLevelModelWorkspace workspace = Begun(b, shape, Parameters(b, shape));
            DeviceView<float> x = b.Floats(shape.Batch * shape.Neurons), z = b.Output(shape.Batch * shape.Neurons);
            return () => workspace.Forward(0, x, z);
        });

    // With packing and unpacking, without which there is no backward pass; the cost is that of the tick alone.
    private static KernelCase Backward(string name, NeuronLevelModelShape shape) =>
        new(Family, name, shape.BackwardFlops(), shape.BackwardBytes(), b =>
        {
            NeuronLevelModelParameters parameters = Parameters(b, shape), gradients = Parameters(b, shape);
            NeuronLevelModelWorkspace workspace = Begun(b, shape, parameters);
            int states = shape.Batch * shape.Neurons;
            DeviceView<float> x = b.Floats(states), z = b.Output(states), dz = b.Floats(states), dx = b.Output(states);
            DeviceView<float> startTrace = b.Floats(shape.Neurons * shape.MemoryLength);
            workspace.Forward(0, x, z);
            return () =>
            {
                workspace.Prepare(parameters);
                workspace.Backward(0, dz, dx);
                workspace.Finish(gradients, startTrace);
            };
        });

    private static NeuronLevelModelWorkspace Begun(CaseBuffers b, NeuronLevelModelShape shape, NeuronLevelModelParameters parameters)
    {
        NeuronLevelModelWorkspace workspace = b.Keep(b.Device.NeuronLevelModels.CreateWorkspace(shape));
        workspace.Prepare(parameters);
        workspace.BeginHistory(b.Floats(shape.Neurons * shape.MemoryLength));
        return workspace;
    }

    private static NeuronLevelModelParameters Parameters(CaseBuffers b, NeuronLevelModelShape shape)
    {
        (int d, int m, int h) = (shape.Neurons, shape.MemoryLength, Math.Max(1, shape.HiddenWidth));
        var first = new NeuronLevelModelParameters(b.Floats(m * 2 * h * d), b.Floats(2 * h * d), b.Constant(1, 1.5f));
        return shape.HiddenWidth == 0
            ? first
            : first with { W2 = b.Floats(2 * h * d), B2 = b.Floats(2 * d), T2 = b.Constant(1, 0.75f) };
    }
}
