using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class BatchNormCases
{
    private const string Family = "Normalization";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        (int rows, int width) = (size.Batch * size.Side * size.Side, size.Channels);
        int length = rows * width;
        double flops = NormalizationCost.BatchNormForwardFlops(rows, width, true, true);
        double backwardFlops = NormalizationCost.BatchNormBackwardFlops(rows, width, true);
        return
        [
            new(Family, "BatchNormForwardTrain", flops, NormalizationCost.BatchNormForwardBytes(rows, width, true), b =>
            {
                DeviceView<float> x = b.Floats(length), addend = b.Floats(length), weight = b.Floats(width), bias = b.Floats(width);
                DeviceView<float> y = b.Output(length), mean = b.Floats(width), variance = b.Floats(width, 0.5f, 1f);
                DeviceView<float> statistics = b.Output(2 * width);
                return () => b.Device.Normalization.BatchNormForwardTrain(
                    x, addend, weight, bias, y, mean, variance, statistics, rows, width, relu: true);
            }),
            new(Family, "BatchNormForwardEval", flops, 12.0 * length, b =>
            {
                DeviceView<float> x = b.Floats(length), addend = b.Floats(length), weight = b.Floats(width), bias = b.Floats(width);
                DeviceView<float> y = b.Output(length), mean = b.Floats(width), variance = b.Floats(width, 0.5f, 1f);
                return () => b.Device.Normalization.BatchNormForwardEval(
                    x, addend, weight, bias, y, mean, variance, rows, width, relu: true);
            }),
            new(
                Family,
                "BatchNormBackwardTrain",
                backwardFlops,
                NormalizationCost.BatchNormBackwardBytes(rows, width, false, true),
                b =>
                {
                    DeviceView<float> x = b.Floats(length), y = b.Floats(length), weight = b.Floats(width), dy = b.Floats(length);
                    DeviceView<float> statistics = b.Floats(2 * width, 0.5f, 1f), dx = b.Output(length), addend = b.Output(length);
                    DeviceView<float> dw = b.Floats(width), db = b.Floats(width);
                    return () => b.Device.Normalization.BatchNormBackwardTrain(
                        x, y, weight, statistics, dy, dx, addend, dw, db, rows, width, relu: true);
                }),
            new(Family, "BatchNormBackwardEval", backwardFlops, 16.0 * length, b =>
            {
                DeviceView<float> x = b.Floats(length), y = b.Floats(length), weight = b.Floats(width), dy = b.Floats(length);
                DeviceView<float> mean = b.Floats(width), variance = b.Floats(width, 0.5f, 1f), dx = b.Output(length);
                DeviceView<float> dw = b.Floats(width), db = b.Floats(width);
                return () => b.Device.Normalization.BatchNormBackwardEval(
                    x, y, weight, mean, variance, dy, dx, default, dw, db, rows, width, relu: true);
            }),
        ];
    }
}
