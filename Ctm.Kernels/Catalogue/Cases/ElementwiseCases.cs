using Ctm.Kernels.Devices;
using Ctm.Kernels.Elementwise;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class ElementwiseCases
{
    private const string Family = "Elementwise";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        (int rows, int width, int length) = (size.Batch, size.Neurons, size.States);
        int half = width / 8 * 4;
        double once = ElementwiseKernels.Bytes(length, 1), twice = ElementwiseKernels.Bytes(length, 2);
        return
        [
            new(Family, "Fill", 0, ElementwiseKernels.Bytes(length, 0), b =>
            {
                DeviceView<float> view = b.Output(length);
                return () => b.Device.Elementwise.Fill(view, 2f);
            }),
            new(Family, "Copy", 0, once, b =>
            {
                DeviceView<float> source = b.Floats(length), target = b.Output(length);
                return () => b.Device.Elementwise.Copy(source, target);
            }),
            new(Family, "Add", 0, twice, b =>
            {
                DeviceView<float> left = b.Floats(length), right = b.Floats(length), output = b.Output(length);
                return () => b.Device.Elementwise.Add(left, right, output);
            }),
            new(Family, "Multiply", 0, twice, b =>
            {
                DeviceView<float> left = b.Floats(length), right = b.Floats(length), output = b.Output(length);
                return () => b.Device.Elementwise.Multiply(left, right, output);
            }),
            new(Family, "Accumulate", 0, twice, b =>
            {
                DeviceView<float> source = b.Floats(length), target = b.Floats(length);
                return () => b.Device.Elementwise.Accumulate(source, 0.5f, target);
            }),
            new(Family, "Scale", 0, once, b =>
            {
                DeviceView<float> view = b.Floats(length);
                return () => b.Device.Elementwise.Scale(view, -1f);
            }),
            new(Family, "RoundToHalf", 0, once, b =>
            {
                DeviceView<float> source = b.Floats(length), target = b.Output(length);
                return () => b.Device.Elementwise.RoundToHalf(source, target);
            }),
            new(Family, "CopyColumns", 0, ElementwiseKernels.Bytes(rows * half, 1), b =>
            {
                DeviceView<float> source = b.Floats(length), target = b.Floats(length);
                return () => b.Device.Elementwise.CopyColumns(source, width, half, target, width, 0, rows, half, false);
            }),
            new(Family, "BroadcastRows", 0, ElementwiseKernels.Bytes(length, 0), b =>
            {
                DeviceView<float> row = b.Floats(width), target = b.Output(length);
                return () => b.Device.Elementwise.BroadcastRows(row, target, rows, width);
            }),
            new(Family, "BlendRows", 0, once, b =>
            {
                DeviceView<float> source = b.Floats(length), other = b.Floats(width), weights = b.Floats(rows, 0f, 1f);
                DeviceView<float> output = b.Output(length);
                return () => b.Device.Elementwise.BlendRows(source, other, weights, output, rows, width);
            }),
            new(Family, "BlendRowsBackward", 0, twice, b =>
            {
                DeviceView<float> dy = b.Floats(length), weights = b.Floats(rows, 0f, 1f), dx = b.Output(length), other = b.Floats(width);
                return () => b.Device.Elementwise.BlendRowsBackward(dy, weights, dx, other, rows, width, false);
            }),
            .. Sums(size),
            new(Family, "Transpose2D", 0, once, b =>
            {
                DeviceView<float> source = b.Floats(length), target = b.Output(length);
                return () => b.Device.Elementwise.Transpose2D(source, target, rows, width);
            }),
            new(Family, "NchwToNhwc", 0, once, b =>
            {
                DeviceView<float> source = b.Floats(length), target = b.Output(length);
                return () => b.Device.Elementwise.NchwToNhwc(source, target, 1, rows, width);
            }),
            new(Family, "NhwcToNchw", 0, once, b =>
            {
                DeviceView<float> source = b.Floats(length), target = b.Output(length);
                return () => b.Device.Elementwise.NhwcToNchw(source, target, 1, rows, width);
            }),
        ];
    }

    private static IEnumerable<KernelCase> Sums(KernelCaseSize size)
    {
        // So many rows that they are summed in chunks.
        (int width, int many) = (size.Neurons, Math.Max(70, size.Ticks * size.Batch));
        double bytes = 4.0 * size.States;
        return
        [
            new(Family, "SumRows", 0, 4.0 * many * width, b =>
            {
                DeviceView<float> source = b.Floats(many * width), target = b.Output(width);
                return () => b.Device.Elementwise.SumRows(source, target, many, width, false);
            }),
            new(Family, "Sum", 0, bytes, b =>
            {
                DeviceView<float> view = b.Floats(size.States), result = b.Output(1);
                return () => b.Device.Elementwise.Sum(view, result);
            }),
            new(Family, "SumOfSquares", 0, bytes, b =>
            {
                DeviceView<float> view = b.Floats(size.States), scratch = b.Scratch(ElementwiseKernels.SumScratchLength);
                DeviceView<float> result = b.Output(1);
                return () => b.Device.Elementwise.SumOfSquares(view, scratch, result);
            }),
            new(Family, "SumOfSquaresSegments", 0, bytes, b =>
            {
                DeviceView<float> view = b.Floats(size.States), result = b.Output(size.Batch);
                DeviceView<int> starts = b.Integers([.. Enumerable.Range(0, size.Batch + 1).Select(i => i * width)]);
                return () => b.Device.Elementwise.SumOfSquaresSegments(view, starts, result);
            }),
        ];
    }
}
