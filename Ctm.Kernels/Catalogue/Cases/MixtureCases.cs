using Ctm.Kernels.Devices;
using Ctm.Kernels.Mixtures;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class MixtureCases
{
    private const string Family = "Mixtures";
    private const int Count = 3;

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        int length = size.States;
        double flops = MixtureKernels.Flops(Count, length);
        return
        [
            new(Family, "Forward", flops, MixtureKernels.ForwardBytes(Count, length), b =>
            {
                DeviceView<float> logits = b.Floats(Count), parts = b.Floats(Count * length);
                DeviceView<float> weights = b.Output(Count), output = b.Output(length);
                return () => b.Device.Mixtures.Forward(logits, parts, weights, output);
            }),
            new(Family, "Backward", 1.5 * flops, MixtureKernels.BackwardBytes(Count, length), b =>
            {
                DeviceView<float> parts = b.Floats(Count * length), weights = b.Floats(Count, 0f, 1f), dy = b.Floats(length);
                DeviceView<float> dparts = b.Output(Count * length), dlogits = b.Floats(Count);
                return () => b.Device.Mixtures.Backward(parts, weights, dy, dparts, dlogits);
            }),
        ];
    }
}
