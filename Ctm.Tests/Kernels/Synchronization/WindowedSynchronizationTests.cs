using Ctm.Kernels.Devices;
using Ctm.Kernels.Synchronization;

namespace Ctm.Tests.Kernels.Synchronization;

[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class WindowedSynchronizationTests(string deviceName)
{
    // Measured float32 against float64: 2e-7 for outputs and state gradients, 4e-7 for decay gradients.
    private const double Tolerance = 4e-6;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [TestCase(1, 5, 1, 1)]
    [TestCase(3, 12, 4, 6)]
    [TestCase(2, 20, 10, 3)]
    [TestCase(2, 40, 36, 2)]
    public void Windowed_LastNeurons_EqualsDirectDefinition(int batch, int neurons, int chosen, int window)
    {
        using var buffers = new Buffers(Device, chosen);
        int[] last = [.. Enumerable.Range(neurons - chosen, chosen)];
        (int[] left, int[] right) = PairIndex.UpperTriangle(last, last);
        using var index = new PairIndex(Device, left, right, neurons);
        int pairs = left.Length, outputs = batch * pairs;
        DeviceView<float> states = buffers.Input(window * batch * neurons);
        float[] decays = [.. Enumerable.Range(0, pairs).Select(p => p == 0 ? -0.5f : p == pairs - 1 ? 4.5f : p / 7f % 4f)];
        DeviceView<float> decay = buffers.Input(decays);
        DeviceView<float> factors = buffers.Output(pairs), slopes = buffers.Output(pairs), output = buffers.Output(outputs);
        DeviceView<float> outputGradient = buffers.Input(outputs), work = buffers.Output(outputs);
        DeviceView<float> stateGradients = buffers.Output(states.Length), decayGradient = buffers.Input(new float[pairs]);
        Device.Synchronization.PrepareDecays(decay, 0f, 4f, factors, slopes, default, 0, pairs);
        Device.Synchronization.WindowedForward(states, index, factors, output, batch, window);
        Device.Synchronization.WindowedBackward(
            states, index, factors, slopes, output, outputGradient, work, stateGradients, decayGradient, batch, window);

        double[] z = Oracle.Doubles(states), raw = Oracle.Doubles(decay), clamped = [.. raw.Select(x => Math.Clamp(x, 0, 4))];
        var oracle = new SynchronizationOracle(left, right, batch, neurons, window);
        var dS = new double[window * outputs];
        Oracle.Doubles(outputGradient).CopyTo(dS, (window - 1) * outputs);
        (double[] dz, double[] ddecay) = oracle.Backward(z, clamped, dS);
        double[] expected = [.. ddecay.Select((x, p) => raw[p] is < 0 or > 4 ? 0 : x)];
        Oracle.AreClose(output, oracle.Forward(z, clamped)[((window - 1) * outputs)..], Tolerance, "output");
        Oracle.AreClose(stateGradients, dz, Tolerance, "state gradients");
        Oracle.AreClose(decayGradient, expected, Tolerance, "decay gradient");
    }
}
