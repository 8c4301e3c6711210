using Ctm.Kernels.Bottleneck;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Normalization;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class BottleneckCases
{
    // The narrowest width of every U-Net.
    private const int Narrow = 16;

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        (int rows, int width) = (size.Batch, size.Neurons);
        double flops = BottleneckKernels.ForwardFlops(rows, width, Narrow), bytes = BottleneckKernels.ForwardBytes(rows, width, Narrow);
        yield return new("Bottleneck", "Forward", flops, bytes, b =>
        {
            DeviceView<float> input = b.Floats(rows * width), output = b.Output(rows * width);
            var down = new BottleneckDown(
                b.Floats(Narrow * width),
                b.Floats(Narrow),
                b.Floats(Narrow),
                b.Floats(Narrow),
                b.Output(rows * Narrow),
                b.Output(2 * rows),
                b.Output(rows * Narrow));
            var norms = new SkipNormParameters(
                b.Floats(width), b.Floats(width), b.Output(2 * rows), b.Floats(width), b.Floats(width), b.Output(2 * rows));
            var up = new BottleneckUp(b.Floats(width * Narrow), b.Floats(width), b.Output(rows * width), norms);
            return () => b.Device.Bottleneck.Forward(input, down, up, output, rows, width, Narrow);
        });
    }
}
