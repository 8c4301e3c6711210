using Ctm.Kernels.Devices;
using Ctm.Kernels.Measurements;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class MeasurementCases
{
    private const int Rounds = 64;

    public static IEnumerable<KernelCase> Of(KernelCaseSize size) =>
    [
        new(
            "Measurements",
            nameof(MeasurementKernels.MultiplyAdds),
            MeasurementKernels.MultiplyAddsFlops(size.States, Rounds),
            8.0 * size.States,
            b =>
            {
                DeviceView<float> values = b.Floats(size.States);
                return () => b.Device.Measurements.MultiplyAdds(values, Rounds);
            }),
    ];
}
