using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class OptimizerCases
{
    private const string Family = "Optimizers";
    private const int Window = 12;

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        int[] lengths = [size.Columns * (size.Neurons + size.Width), size.Memory * 2 * size.Hidden * size.Neurons, size.Neurons, 1];
        int length = lengths.Sum(), matrices = lengths[0];
        float[] matrixRates = [4f, 0f, 0f, 0f];
        var step = new QuantileClipStep(0.9, Window, Window - 2);
        ArenaLayout Layout(CaseBuffers b) => b.Keep(new ArenaLayout(b.Device, lengths));
        return
        [
            new(Family, "AdamW", OptimizerKernels.AdamWFlops(length), OptimizerKernels.AdamWBytes(length), b =>
            {
                ArenaLayout layout = Layout(b);
                DeviceView<float> parameters = b.Floats(layout.Length), gradients = b.Floats(layout.Length);
                DeviceView<float> first = b.Floats(layout.Length), second = b.Floats(layout.Length, 0f, 1f);
                DeviceView<float> settings = Settings(b, layout), factor = b.Constant(1, 0.5f);
                return () => b.Device.Optimizers.AdamW(
                    parameters, gradients, first, second, settings, factor, AdamWStep.At(3, 1e-3), layout);
            }),
            new(Family, "Sgd", 0, 20.0 * length, b =>
            {
                ArenaLayout layout = Layout(b);
                DeviceView<float> parameters = b.Floats(layout.Length), gradients = b.Floats(layout.Length);
                DeviceView<float> momentum = b.Floats(layout.Length), settings = Settings(b, layout), factor = b.Constant(1, 0.5f);
                return () => b.Device.Optimizers.Sgd(parameters, gradients, momentum, settings, factor, 1e-3f, 0.9f, layout);
            }),
            new(Family, "MuonMomentum", 4.0 * matrices, OptimizerKernels.MuonMomentumBytes(matrices), b =>
            {
                ArenaLayout layout = Layout(b);
                DeviceView<float> gradients = b.Floats(layout.Length), momentum = b.Floats(layout.Length);
                DeviceView<float> directions = b.Floats(layout.Length), rates = b.Floats(matrixRates), factor = b.Constant(1, 0.5f);
                return () => b.Device.Optimizers.MuonMomentum(gradients, momentum, directions, rates, factor, 0.95f, layout);
            }),
            Orthogonalize("wide", new MatrixStack(2, size.Neurons, size.Neurons + size.Width), iterations: 3),
            Orthogonalize("tall", new MatrixStack(1, size.Neurons + 3, size.Width), iterations: 2),
            new(
                Family,
                "Muon",
                OptimizerKernels.AdamWFlops(length - matrices) + (2.0 * matrices),
                OptimizerKernels.MuonBytes(matrices, length - matrices),
                b =>
                {
                    ArenaLayout layout = Layout(b);
                    DeviceView<float> parameters = b.Floats(layout.Length), gradients = b.Floats(layout.Length);
                    DeviceView<float> directions = b.Floats(layout.Length), rates = b.Floats(matrixRates);
                    DeviceView<float> first = b.Floats(layout.Length), second = b.Floats(layout.Length, 0f, 1f);
                    DeviceView<float> settings = Settings(b, layout), factor = b.Constant(1, 0.5f);
                    return () => b.Device.Optimizers.Muon(
                        parameters, gradients, directions, rates, first, second, settings, factor, AdamWStep.At(3, 1e-3), layout);
                }),
            new(Family, "GlobalNormClip", 2.0 * length, 4.0 * length, b =>
            {
                ArenaLayout layout = Layout(b);
                DeviceView<float> gradients = b.Floats(layout.Length), partial = b.Scratch(layout.ChunkCount);
                DeviceView<float> norm = b.Output(1), factor = b.Output(1);
                return () => b.Device.Optimizers.GlobalNormClip(gradients, partial, norm, factor, 1f, layout);
            }),
            new(
                Family,
                "QuantileClip",
                OptimizerKernels.QuantileClipFlops(length, lengths.Length, Window),
                OptimizerKernels.QuantileClipBytes(length, lengths.Length, Window),
                b =>
                {
                    ArenaLayout layout = Layout(b);
                    DeviceView<float> gradients = b.Floats(layout.Length), partial = b.Scratch(layout.ChunkCount);
                    DeviceView<float> history = b.Floats(layout.TensorCount * step.HistoryLength, 0f, 1f);
                    DeviceView<float> factors = b.Output(layout.TensorCount), norm = b.Output(1);
                    return () => b.Device.Optimizers.QuantileClip(gradients, partial, history, factors, norm, step, layout);
                }),
            new(Family, "TensorNorms", 2.0 * length, 4.0 * length, b =>
            {
                ArenaLayout layout = Layout(b);
                DeviceView<float> gradients = b.Floats(layout.Length), partial = b.Scratch(layout.ChunkCount);
                DeviceView<float> norms = b.Output(layout.TensorCount);
                return () => b.Device.Optimizers.TensorNorms(gradients, partial, norms, layout);
            }),
            new(Family, "ScaleTensors", length, 8.0 * length, b =>
            {
                ArenaLayout layout = Layout(b);
                DeviceView<float> gradients = b.Floats(layout.Length), factors = b.Floats(layout.TensorCount, 0.5f, 1f);
                return () => b.Device.Optimizers.ScaleTensors(gradients, factors, layout);
            }),
        ];
    }

    private static KernelCase Orthogonalize(string form, MatrixStack stack, int iterations) => new(
        Family,
        $"Orthogonalize {form}",
        OptimizerKernels.OrthogonalizeFlops(stack, iterations),
        OptimizerKernels.OrthogonalizeBytes(stack, iterations),
        b =>
        {
            DeviceView<float> matrices = b.Floats(stack.Length), scratch = b.Scratch(stack.ScratchLength);
            return () => b.Device.Optimizers.Orthogonalize(matrices, stack, iterations, scratch);
        });

    private static DeviceView<float> Settings(CaseBuffers b, ArenaLayout layout)
    {
        float[] one = [0.01f, -0.75f, 0.75f];
        return b.Floats([.. Enumerable.Range(0, layout.TensorCount).SelectMany(_ => one)]);
    }
}
