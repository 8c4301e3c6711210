using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class SkipNormCases
{
    private const string Family = "Normalization";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size) => [Forward(size), BackwardInput(size), BackwardParameters(size)];

    private static KernelCase Forward(KernelCaseSize size)
    {
        (int rows, int width, int length) = (size.Batch, size.Neurons, size.States);
        double flops = NormalizationCost.SkipNormForwardFlops(rows, width), bytes = NormalizationCost.SkipNormForwardBytes(rows, width);
        return new(Family, "SkipNormForward", flops, bytes, b =>
        {
            DeviceView<float> x = b.Floats(length), skip = b.Floats(length), y = b.Output(length);
            SkipNormParameters parameters = Parameters(b, width, b.Output(2 * rows), b.Output(2 * rows));
            return () => b.Device.Normalization.SkipNormForward(x, skip, parameters, y, rows, width);
        });
    }

    // Of the parts of backward, the inputs' is the first: it is taken for three fifths of all.
    private static KernelCase BackwardInput(KernelCaseSize size)
    {
        (int rows, int width, int length) = (size.Batch, size.Neurons, size.States);
        return new(Family, "SkipNormBackwardInput", NormalizationCost.SkipNormBackwardFlops(rows, width) * 0.6, 24.0 * length, b =>
        {
            DeviceView<float> x = b.Floats(length), skip = b.Floats(length), dy = b.Floats(length);
            DeviceView<float> dx = b.Output(length), sum = b.Output(length), dskip = b.Floats(length);
            SkipNormParameters parameters = Parameters(b, width, Statistics(b, rows), Statistics(b, rows));
            return () => b.Device.Normalization.SkipNormBackwardInput(x, skip, parameters, dy, dx, sum, dskip, rows, width, accumulate: true);
        });
    }

    private static KernelCase BackwardParameters(KernelCaseSize size)
    {
        (int rows, int width) = (Math.Max(70, size.Ticks * size.Batch), size.Neurons);
        double flops = NormalizationCost.SkipNormBackwardFlops(rows, width) * 0.2;
        return new(Family, "SkipNormBackwardParameters", flops, 12.0 * rows * width, b =>
        {
            DeviceView<float> x = b.Floats(rows * width), skip = b.Floats(rows * width), dy = b.Floats(rows * width);
            DeviceView<float> dw = b.Floats(width), db = b.Floats(width);
            SkipNormParameters parameters = Parameters(b, width, Statistics(b, rows), Statistics(b, rows));
            return () => b.Device.Normalization.SkipNormBackwardParameters(x, skip, parameters, dy, dw, db, rows, width);
        });
    }

    private static DeviceView<float> Statistics(CaseBuffers b, int rows) => b.Floats(2 * rows, 0.5f, 1f);

    private static SkipNormParameters Parameters(
        CaseBuffers b, int width, DeviceView<float> statistics, DeviceView<float> skipStatistics) =>
        new(b.Floats(width), b.Floats(width), statistics, b.Floats(width), b.Floats(width), skipStatistics);
}
