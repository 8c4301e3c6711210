using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Kernels.NeuronLevelModels;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Golden;

/// <summary>Neuron-level models and their layers against the reference: values, parameter gradients, input gradients.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class GoldenNeuronTests(string deviceName)
{
    private const string First = "trace_processor.0.0.", Second = "trace_processor.0.2.";

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "superlinear" })]
    public void Golden_SuperLinear_EqualsReference(GoldenCase golden)
    {
        int batch = golden.Int("B"), neurons = golden.Int("N");
        using var set = new ParameterSet(Device);
        var layer = new SuperLinear(
            set, string.Empty, golden.Int("in_dims"), golden.Int("out_dims"), neurons, golden.HyperParameters.IsTrue("do_norm"), 0f);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        Tensor x = GoldenChecks.Input(tape, golden.Singles("in.x"), batch * neurons), y = layer.Forward(tape, x);
        golden.Verify("out.y", y.Data.ToArray());
        GoldenChecks.Backward(tape, y, golden.Singles("gout.y"));
        golden.Verify("gin.x", x.Gradient.ToArray());
        GoldenChecks.VerifyGradients(golden, set);
    }

    [TestCaseSource(typeof(GoldenFiles), nameof(GoldenFiles.ByRunner), new object[] { "nlm" })]
    public void Golden_NeuronLevelModel_EqualsReference(GoldenCase golden)
    {
        int batch = golden.Int("B"), neurons = golden.Int("d_model"), memory = golden.Int("memory_length");
        int hidden = golden.HyperParameters.IsTrue("deep_nlms") ? golden.Int("memory_hidden_dims") : 0;
        bool normalizes = golden.HyperParameters.IsTrue("do_layernorm_nlm");
        using ParameterSet set = new(Device), other = new(Device);
        Parameter trace = other.Add("start_trace", [neurons, memory], Initializer.Constant(0f));
        var models = new WindowedNeuronLevelModels(set, trace, neurons, memory, hidden, normalizes, 0f);
        GoldenChecks.Load(set, golden);
        using var tape = new Tape(Device);
        tape.Begin(recording: true);
        Tensor windows = GoldenChecks.Input(tape, golden.Singles("in.state_trace"), batch * neurons), z = models.Forward(tape, windows);
        golden.Verify("out.activated_state", z.Data.ToArray());
        GoldenChecks.Backward(tape, z, golden.Singles("gout.activated_state"));
        golden.Verify("gin.state_trace", windows.Gradient.ToArray());
        GoldenChecks.VerifyGradients(golden, set);
        if (!normalizes)
        {
            set.ClearGradients();
            VerifyFused(golden, set, new NeuronLevelModelShape(neurons, memory, hidden, batch, 1));
        }
    }

    // The window of the file is that of tick 0: its last column is the tick's pre-activation, the others begin the history.
    private void VerifyFused(GoldenCase golden, ParameterSet set, NeuronLevelModelShape shape)
    {
        using var buffers = new Buffers(Device, 1);
        using NeuronLevelModelWorkspace workspace = Device.NeuronLevelModels.CreateWorkspace(shape);
        int m = shape.MemoryLength, rows = shape.Batch * shape.Neurons;
        float[] trace = golden.Singles("in.state_trace");
        float[] start = [.. Enumerable.Range(0, trace.Length).Select(i => i % m == 0 ? 0f : trace[i - 1])];
        float[] newest = [.. Enumerable.Range(0, rows).Select(r => trace[(r * m) + m - 1])];
        DeviceView<float> z = buffers.Output(rows), newestGradient = buffers.Output(rows), startGradient = buffers.Output(trace.Length);
        workspace.Prepare(Views(set, p => p.Data));
        workspace.BeginHistoryFromWindows(buffers.Input(start));
        workspace.Forward(0, buffers.Input(newest), z);
        golden.Verify("out.activated_state", z.ToArray());
        workspace.Backward(0, buffers.Input(golden.Singles("gout.activated_state")), newestGradient);
        workspace.CopyStartWindowGradient(startGradient);
        workspace.Finish(Views(set, p => p.Gradient));
        float[] older = startGradient.ToArray(), last = newestGradient.ToArray();
        golden.Verify(
            "gin.state_trace", [.. Enumerable.Range(0, trace.Length).Select(i => i % m == m - 1 ? last[i / m] : older[i + 1])]);
        GoldenChecks.VerifyGradients(golden, set);
    }

    private static NeuronLevelModelParameters Views(ParameterSet set, Func<Parameter, DeviceView<float>> view)
    {
        DeviceView<float> At(string name) => set.Parameters.FirstOrDefault(p => p.Name == name) is { } p ? view(p) : default;
        return new NeuronLevelModelParameters(
            At(First + "w1"), At(First + "b1"), At(First + "T"), At(Second + "w1"), At(Second + "b1"), At(Second + "T"));
    }
}
