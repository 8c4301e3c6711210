using Ctm.Kernels.Devices;
using Ctm.Kernels.Synchronization;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class SynchronizationCases
{
    private const string Family = "Synchronization";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        (int batch, int neurons, int pairs) = (size.Batch, size.Neurons, size.Pairs);
        int length = batch * pairs;
        double window = 4.0 * batch * ((2.0 * pairs * size.Memory) + pairs);
        return
        [
            new(Family, "PrepareDecays", 0, 4.0 * pairs * (size.Ticks + 3.0), b =>
            {
                DeviceView<float> decay = b.Floats(pairs), factors = b.Output(pairs), slopes = b.Output(pairs);
                DeviceView<float> betas = b.Output(size.Ticks * pairs);
                return () => b.Device.Synchronization.PrepareDecays(decay, 0f, 15f, factors, slopes, betas, size.Ticks, pairs);
            }),
            new(
                Family,
                "Forward",
                SynchronizationKernels.ForwardFlops(batch, pairs),
                SynchronizationKernels.ForwardBytes(batch, neurons, pairs),
                b =>
                {
                    PairIndex index = Index(b, size);
                    DeviceView<float> state = b.Floats(size.States);
                    SynchronizationStep step = Step(b, index, length);
                    return () => b.Device.Synchronization.Forward(state, step, batch);
                }),
            new(
                Family,
                "ForwardBoth",
                2 * SynchronizationKernels.ForwardFlops(batch, pairs),
                (2 * SynchronizationKernels.ForwardBytes(batch, neurons, pairs)) - (4.0 * size.States),
                b =>
                {
                    PairIndex index = Index(b, size);
                    DeviceView<float> state = b.Floats(size.States);
                    SynchronizationStep first = Step(b, index, length), second = Step(b, index, length);
                    return () => b.Device.Synchronization.ForwardBoth(state, first, second, batch);
                }),
            new(
                Family,
                "Backward",
                SynchronizationKernels.BackwardFlops(batch, pairs),
                SynchronizationKernels.BackwardBytes(batch, neurons, pairs) - (8.0 * size.States),
                b =>
                {
                    DeviceView<float> dy = b.Floats(length), output = b.Floats(length), previous = b.Floats(length);
                    DeviceView<float> factors = b.Floats(pairs, 0.1f, 1f), slopes = b.Floats(pairs);
                    DeviceView<float> beta = b.Floats(pairs, 1f, 3f), previousBeta = b.Floats(pairs, 1f, 3f);
                    DeviceView<float> alpha = b.Floats(length), betaGradient = b.Floats(pairs), decay = b.Floats(pairs);
                    return () => b.Device.Synchronization.Backward(
                        dy, output, previous, factors, slopes, beta, previousBeta, alpha, betaGradient, decay, batch, pairs, isLast: false);
                }),
            new(Family, "StateGradient", 4.0 * length, 8.0 * (size.States + (double)length), b =>
            {
                PairIndex index = Index(b, size);
                DeviceView<float> state = b.Floats(size.States), alpha = b.Floats(length), dz = b.Output(size.States);
                return () => b.Device.Synchronization.StateGradient(state, index, alpha, dz, batch, accumulate: false);
            }),
            new(Family, "WindowedForward", 4.0 * length * size.Memory, window, b =>
            {
                PairIndex index = Index(b, size);
                DeviceView<float> states = b.Floats(size.Memory * size.States), factors = b.Floats(pairs, 0.1f, 1f);
                DeviceView<float> output = b.Output(length);
                return () => b.Device.Synchronization.WindowedForward(states, index, factors, output, batch, size.Memory);
            }),
            new(Family, "WindowedBackward", 10.0 * length * size.Memory, 2 * window, b =>
            {
                PairIndex index = Index(b, size);
                DeviceView<float> states = b.Floats(size.Memory * size.States), factors = b.Floats(pairs, 0.1f, 1f);
                DeviceView<float> slopes = b.Floats(pairs), output = b.Floats(length), dy = b.Floats(length), work = b.Scratch(length);
                DeviceView<float> dz = b.Output(size.Memory * size.States), decay = b.Floats(pairs);
                return () => b.Device.Synchronization.WindowedBackward(
                    states, index, factors, slopes, output, dy, work, dz, decay, batch, size.Memory);
            }),
        ];
    }

    private static SynchronizationStep Step(CaseBuffers b, PairIndex index, int length) => new(
        index, b.Floats(index.Pairs, 0.1f, 1f), b.Floats(index.Pairs, 1f, 3f), b.Floats(length), b.Output(length), IsFirst: false);

    private static PairIndex Index(CaseBuffers b, KernelCaseSize size) => b.Keep(
        new PairIndex(b.Device, b.Numbers(size.Pairs, size.Neurons), b.Numbers(size.Pairs, size.Neurons), size.Neurons));
}
