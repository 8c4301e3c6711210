using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;

namespace Ctm.Kernels.Optimizers;

/// <content>Muon.</content>
internal sealed partial class OptimizerLauncher<TFloats, TInts>
{
    public override void MuonMomentum(
        DeviceView<float> gradients,
        DeviceView<float> momentum,
        DeviceView<float> directions,
        DeviceView<float> matrixRates,
        DeviceView<float> gradientScale,
        float decay,
        ArenaLayout layout)
    {
        Lengths.AtLeast(gradients, layout.Length, nameof(gradients));
        Lengths.AtLeast(momentum, layout.Length, nameof(momentum));
        Lengths.AtLeast(directions, layout.Length, nameof(directions));
        Lengths.AtLeast(matrixRates, layout.TensorCount, nameof(matrixRates));
        executor.Rows(
            new MuonMomentumBody<TFloats, TInts>
            {
                Gradients = TFloats.Of(gradients),
                Momentum = TFloats.Of(momentum),
                Directions = TFloats.Of(directions),
                MatrixRates = TFloats.Of(matrixRates),
                Chunks = Chunks(default, gradientScale, layout),
                Decay = decay,
            },
            layout.ChunkCount,
            4 * ArenaLayout.ChunkLength,
            Aligned.To4(0, gradients, momentum, directions));
    }

    public override void Orthogonalize(DeviceView<float> matrices, MatrixStack stack, int iterations, DeviceView<float> scratch)
    {
        stack.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        Lengths.AtLeast(matrices, stack.Length, nameof(matrices));
        Lengths.AtLeast(scratch, stack.ScratchLength, nameof(scratch));
        NewtonSchulz.Run(executor, matrices, stack, iterations, scratch);
    }

    public override void Muon(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> directions,
        DeviceView<float> matrixRates,
        DeviceView<float> firstMoment,
        DeviceView<float> secondMoment,
        DeviceView<float> tensorSettings,
        DeviceView<float> gradientScale,
        AdamWStep step,
        ArenaLayout layout)
    {
        Lengths.AtLeast(directions, layout.Length, nameof(directions));
        Lengths.AtLeast(matrixRates, layout.TensorCount, nameof(matrixRates));
        executor.Rows(
            new MuonBody<TFloats, TInts>
            {
                Directions = TFloats.Of(directions),
                MatrixRates = TFloats.Of(matrixRates),
                Others = AdamWBodyOf(parameters, gradients, firstMoment, secondMoment, tensorSettings, gradientScale, step, layout),
            },
            layout.ChunkCount,
            7 * ArenaLayout.ChunkLength,
            Aligned.To4(0, parameters, gradients, directions, firstMoment, secondMoment));
    }
}
