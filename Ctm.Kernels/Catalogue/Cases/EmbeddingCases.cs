using Ctm.Kernels.Devices;
using Ctm.Kernels.Embedding;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class EmbeddingCases
{
    private const string Family = "Embedding";
    private const int Rows = 3;

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        int count = size.Batch * size.Tokens;
        return
        [
            new(Family, "IndicesWhereEqual", 0, 8.0 * count, b =>
            {
                DeviceView<float> values = b.Floats(Array.ConvertAll(b.Numbers(count, 2), i => (float)i));
                DeviceView<int> indices = b.IntegerOutput(count);
                return () => b.Device.Embedding.IndicesWhereEqual(values, 1f, indices);
            }),
            new(Family, "IndicesOfColumn", 0, 8.0 * count, b =>
            {
                DeviceView<float> values = b.Floats(2 * count, 0f, 9f);
                DeviceView<int> indices = b.IntegerOutput(count);
                return () => b.Device.Embedding.IndicesOfColumn(values, 2, 1, indices);
            }),
            new(Family, "Forward", 0, EmbeddingKernels.Bytes(count, size.Width), b =>
            {
                DeviceView<float> table = b.Floats(Rows * size.Width), output = b.Output(count * size.Width);
                DeviceView<int> indices = b.Integers(count, Rows);
                return () => b.Device.Embedding.Forward(table, indices, output, Rows, size.Width);
            }),
            new(Family, "Backward", 0, 4.0 * count * (1 + size.Width), b =>
            {
                DeviceView<float> dy = b.Floats(count * size.Width), gradient = b.Floats(Rows * size.Width);
                DeviceView<int> indices = b.Integers(count, Rows);
                return () => b.Device.Embedding.Backward(indices, dy, gradient, Rows, size.Width);
            }),
        ];
    }
}
