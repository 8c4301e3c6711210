using Ctm.Kernels.Devices;
using Ctm.Kernels.Synchronization;

namespace Ctm.Tests.Kernels.Synchronization;

/// <summary>The whole recurrence on a device: random states, decays and gradients, forward and backward through all steps.</summary>
internal sealed class SynchronizationRun : IDisposable
{
    private readonly Buffers buffers;
    private readonly PairIndex index;

    public SynchronizationRun(
        ComputeDevice device, int batch, int neurons, int pairs, int steps, int seed, Func<int, bool> hasGradient, float[]? decay = null)
    {
        buffers = new Buffers(device, seed);
        var random = new Random(seed);
        Left = [.. Enumerable.Range(0, pairs).Select(_ => random.Next(neurons))];
        Right = [.. Enumerable.Range(0, pairs).Select(k => k % 5 == 0 ? Left[k] : random.Next(neurons))];
        index = new PairIndex(device, Left, Right, neurons);
        int states = batch * neurons, outputs = batch * pairs;
        States = buffers.Input(steps * states);
        Decay = buffers.Input(decay ?? [.. buffers.Values(pairs, 0.5f).Select(x => x + 0.6f)]);
        OutputGradient = buffers.Input(steps * outputs);
        Factors = buffers.Output(pairs);
        Slopes = buffers.Output(pairs);
        Betas = buffers.Output(steps * pairs);
        Output = buffers.Output(steps * outputs);
        StateGradient = buffers.Output(steps * states);
        DecayGradient = buffers.Input(Enumerable.Repeat(2f, pairs).ToArray());
        DeviceView<float> alpha = buffers.Output(outputs), alphaGradient = buffers.Output(outputs), betaGradient = buffers.Output(pairs);
        SynchronizationKernels kernels = device.Synchronization;
        kernels.PrepareDecays(Decay, 0f, 15f, Factors, Slopes, Betas, steps, pairs);
        for (int t = 0; t < steps; t++)
        {
            var step = new SynchronizationStep(
                index, Factors, Betas.Slice(t * pairs, pairs), alpha, Output.Slice(t * outputs, outputs), IsFirst: t == 0);
            kernels.Forward(States.Slice(t * states, states), step, batch);
        }

        for (int t = steps - 1; t >= 0; t--)
        {
            kernels.Backward(
                hasGradient(t) ? OutputGradient.Slice(t * outputs, outputs) : default,
                hasGradient(t) ? Output.Slice(t * outputs, outputs) : default,
                t == 0 ? default : Output.Slice((t - 1) * outputs, outputs),
                Factors,
                Slopes,
                Betas.Slice(t * pairs, pairs),
                t == 0 ? default : Betas.Slice((t - 1) * pairs, pairs),
                alphaGradient,
                betaGradient,
                DecayGradient,
                batch,
                pairs,
                t == steps - 1);
            kernels.StateGradient(
                States.Slice(t * states, states), index, alphaGradient, StateGradient.Slice(t * states, states), batch, accumulate: false);
        }
    }

    public int[] Left { get; }

    public int[] Right { get; }

    public DeviceView<float> States { get; }

    public DeviceView<float> Decay { get; }

    public DeviceView<float> OutputGradient { get; }

    public DeviceView<float> Factors { get; }

    public DeviceView<float> Slopes { get; }

    public DeviceView<float> Betas { get; }

    public DeviceView<float> Output { get; }

    public DeviceView<float> StateGradient { get; }

    public DeviceView<float> DecayGradient { get; }

    public void Dispose()
    {
        index.Dispose();
        buffers.Dispose();
    }
}
