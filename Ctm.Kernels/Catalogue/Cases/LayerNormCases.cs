using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class LayerNormCases
{
    private const string Family = "Normalization";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size) =>
    [
        Forward("LayerNormForward", size, false, NormalizationActivation.None),
        Forward("LayerNormForwardSilu", size, true, NormalizationActivation.Silu),
        BackwardInput("LayerNormBackwardInput", size, NormalizationActivation.Silu),
        BackwardParameters("LayerNormBackwardParameters", size, NormalizationActivation.Silu),
    ];

    private static KernelCase Forward(string name, KernelCaseSize size, bool hasAddend, NormalizationActivation activation)
    {
        (int rows, int width, int length) = (size.Batch, size.Neurons, size.States);
        double flops = NormalizationCost.LayerNormForwardFlops(rows, width, hasAddend, activation);
        return new(Family, name, flops, NormalizationCost.LayerNormForwardBytes(rows, width, hasAddend), b =>
        {
            DeviceView<float> x = b.Floats(length), addend = hasAddend ? b.Floats(length) : default;
            DeviceView<float> weight = b.Floats(width), bias = b.Floats(width), y = b.Output(length), statistics = b.Output(2 * rows);
            return () => b.Device.Normalization.LayerNormForward(x, addend, weight, bias, y, statistics, rows, width, activation);
        });
    }

    // Of the two parts of backward, the input's is the first: it is taken for three fifths of both.
    private static KernelCase BackwardInput(string name, KernelCaseSize size, NormalizationActivation activation)
    {
        (int rows, int width, int length) = (size.Batch, size.Neurons, size.States);
        double flops = NormalizationCost.LayerNormBackwardFlops(rows, width, false, activation) * 0.6;
        return new(Family, name, flops, 12.0 * length, b =>
        {
            DeviceView<float> x = b.Floats(length), weight = b.Floats(width), bias = b.Floats(width);
            DeviceView<float> statistics = b.Floats(2 * rows, 0.5f, 1f), dy = b.Floats(length), dx = b.Output(length);
            return () => b.Device.Normalization.LayerNormBackwardInput(
                x, default, weight, bias, statistics, dy, dx, rows, width, activation);
        });
    }

    private static KernelCase BackwardParameters(string name, KernelCaseSize size, NormalizationActivation activation)
    {
        (int rows, int width) = (Math.Max(70, size.Ticks * size.Batch), size.Neurons);
        double flops = NormalizationCost.LayerNormBackwardFlops(rows, width, false, activation) * 0.4;
        return new(Family, name, flops, 8.0 * rows * width, b =>
        {
            DeviceView<float> x = b.Floats(rows * width), weight = b.Floats(width), bias = b.Floats(width);
            DeviceView<float> statistics = b.Floats(2 * rows, 0.5f, 1f), dy = b.Floats(rows * width);
            DeviceView<float> dw = b.Floats(width), db = b.Floats(width);
            return () => b.Device.Normalization.LayerNormBackwardParameters(
                x, default, weight, bias, statistics, dy, dw, db, rows, width, activation);
        });
    }
}
