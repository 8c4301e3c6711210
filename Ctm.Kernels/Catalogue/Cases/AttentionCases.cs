using Ctm.Kernels.Attention;
using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class AttentionCases
{
    private const string Family = "Attention";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        AttentionShape shape = size.Attention;
        int keys = 2 * shape.Batch * shape.Tokens * shape.Width;
        double halfFlops = AttentionKernels.ForwardFlops(shape) / 2, halfBytes = AttentionKernels.ForwardBytes(shape) / 2;
        DeviceView<float> Weights(CaseBuffers b, int ticks = 1) =>
            b.Floats(ticks * shape.WeightLength, 0f, 2f / shape.Tokens);
        return
        [
            new(Family, "Forward", AttentionKernels.ForwardFlops(shape), AttentionKernels.ForwardBytes(shape), b =>
            {
                DeviceView<float> query = b.Floats(shape.QueryLength), keysValues = b.Floats(keys);
                DeviceView<float> weights = b.Output(shape.WeightLength), output = b.Output(shape.QueryLength);
                return () => b.Device.Attention.Forward(query, keysValues, weights, output, shape);
            }),
            new(Family, "BackwardQuery", AttentionKernels.BackwardQueryFlops(shape), AttentionKernels.BackwardQueryBytes(shape), b =>
            {
                DeviceView<float> dy = b.Floats(shape.QueryLength), query = b.Floats(shape.QueryLength), keysValues = b.Floats(keys);
                DeviceView<float> weights = Weights(b), scores = b.Output(shape.WeightLength), dq = b.Output(shape.QueryLength);
                return () => b.Device.Attention.BackwardQuery(dy, query, keysValues, weights, scores, dq, shape);
            }),
            new(
                Family,
                "BackwardKeysValues",
                AttentionKernels.BackwardKeysValuesFlops(size.Ticks, shape),
                AttentionKernels.BackwardKeysValuesBytes(size.Ticks, shape),
                b =>
                {
                    DeviceView<float> dy = b.Floats(size.Ticks * shape.QueryLength), queries = b.Floats(size.Ticks * shape.QueryLength);
                    DeviceView<float> weights = Weights(b, size.Ticks), scores = b.Floats(size.Ticks * shape.WeightLength);
                    DeviceView<float> gradient = b.Floats(keys);
                    return () => b.Device.Attention.BackwardKeysValues(dy, queries, weights, scores, gradient, size.Ticks, shape);
                }),
            new(Family, "WeighValues", halfFlops, halfBytes, b =>
            {
                DeviceView<float> weights = Weights(b), keysValues = b.Floats(keys), output = b.Output(shape.QueryLength);
                return () => b.Device.Attention.WeighValues(weights, keysValues, output, shape);
            }),
            new(Family, "BackwardWeights", halfFlops, halfBytes, b =>
            {
                DeviceView<float> dy = b.Floats(shape.QueryLength), keysValues = b.Floats(keys), dw = b.Output(shape.WeightLength);
                return () => b.Device.Attention.BackwardWeights(dy, keysValues, dw, shape);
            }),
            new(Family, "BackwardScores", halfFlops, halfBytes, b =>
            {
                DeviceView<float> keysValues = b.Floats(keys), weights = Weights(b), scores = b.Floats(shape.WeightLength);
                DeviceView<float> dq = b.Output(shape.QueryLength);
                return () => b.Device.Attention.BackwardScores(keysValues, weights, scores, dq, shape);
            }),
        ];
    }
}
