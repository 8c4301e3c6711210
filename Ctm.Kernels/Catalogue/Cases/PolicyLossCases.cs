using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class PolicyLossCases
{
    private const string Family = "PolicyLosses";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        int count = size.Ticks * size.Batch, classes = size.Classes;
        var shape = new PpoShape(count, classes, 0.1f, 0.1f, 0.25f);
        PpoBatch Batch(CaseBuffers b) => new(
            b.Floats(count * classes),
            b.Floats(count),
            b.Integers(count, classes),
            b.Floats(count, -2f, -1f),
            b.Floats(count),
            b.Floats(count),
            b.Floats(count));
        return
        [
            new(Family, "Evaluate", 18.0 * count * classes, 4.0 * count * ((2.0 * classes) + 3), b =>
            {
                DeviceView<float> logits = b.Floats(count * classes), chosen = b.Output(count), entropies = b.Output(count);
                DeviceView<float> probabilities = b.Output(count * classes);
                DeviceView<int> actions = b.Integers(count, classes);
                return () => b.Device.PolicyLosses.Evaluate(logits, actions, chosen, entropies, probabilities, count, classes);
            }),
            new(Family, "Advantages", 0, PolicyLossKernels.AdvantagesBytes(size.Ticks, size.Batch), b =>
            {
                DeviceView<float> rewards = b.Floats(count), values = b.Floats(count), dones = b.Constant(count, 0f);
                DeviceView<float> nextValues = b.Floats(size.Batch), nextDones = b.Constant(size.Batch, 0f);
                DeviceView<float> advantages = b.Output(count), returns = b.Output(count);
                return () => b.Device.PolicyLosses.Advantages(
                    rewards, values, dones, nextValues, nextDones, advantages, returns, 0.99f, 0.95f, size.Ticks, size.Batch);
            }),
            new(Family, "Normalize", 0, 16.0 * count, b =>
            {
                DeviceView<float> advantages = b.Floats(count), normalized = b.Output(count);
                return () => b.Device.PolicyLosses.Normalize(advantages, normalized);
            }),
            new(Family, "Loss", PolicyLossKernels.LossFlops(count, classes), PolicyLossKernels.LossBytes(count, classes), b =>
            {
                PpoBatch batch = Batch(b);
                DeviceView<float> chosen = b.Output(count), ratios = b.Output(count), summary = b.Output(PolicyLossKernels.Figures);
                DeviceView<float> terms = b.Scratch((PolicyLossKernels.Figures - 1) * count);
                return () => b.Device.PolicyLosses.Loss(batch, chosen, ratios, terms, summary, shape);
            }),
            new(
                Family,
                "LossBackward",
                PolicyLossKernels.LossBackwardFlops(count, classes),
                PolicyLossKernels.LossBackwardBytes(count, classes),
                b =>
                {
                    PpoBatch batch = Batch(b);
                    DeviceView<float> ratios = b.Floats(count, 0.5f, 1.5f), dx = b.Output(count * classes), dv = b.Output(count);
                    return () => b.Device.PolicyLosses.LossBackward(batch, ratios, dx, dv, shape);
                }),
        ];
    }
}
