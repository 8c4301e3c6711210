using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Optimizers;

/// <summary>The optimizer kernels on either executor.</summary>
internal sealed partial class OptimizerLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : OptimizerKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void AdamW(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> firstMoment,
        DeviceView<float> secondMoment,
        DeviceView<float> tensorSettings,
        DeviceView<float> gradientScale,
        AdamWStep step,
        ArenaLayout layout)
    {
        executor.Rows(
            AdamWBodyOf(parameters, gradients, firstMoment, secondMoment, tensorSettings, gradientScale, step, layout),
            layout.ChunkCount,
            7 * ArenaLayout.ChunkLength,
            Aligned.To4(0, parameters, gradients, firstMoment, secondMoment));
    }

    public override void Sgd(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> momentumBuffer,
        DeviceView<float> tensorSettings,
        DeviceView<float> gradientScale,
        float learningRate,
        float momentum,
        ArenaLayout layout)
    {
        Lengths.AtLeast(parameters, layout.Length, nameof(parameters));
        Lengths.AtLeast(gradients, layout.Length, nameof(gradients));
        if (momentum != 0f)
        {
            Lengths.AtLeast(momentumBuffer, layout.Length, nameof(momentumBuffer));
        }

        DeviceView<float> buffer = momentum == 0f ? gradients : momentumBuffer;
        executor.Rows(
            new SgdBody<TFloats, TInts>
            {
                Parameters = TFloats.Of(parameters),
                Gradients = TFloats.Of(gradients),
                Momentum = TFloats.Of(buffer),
                Chunks = Chunks(tensorSettings, gradientScale, layout),
                LearningRate = learningRate,
                MomentumDecay = momentum,
                HasMomentum = momentum == 0f ? 0 : 1,
            },
            layout.ChunkCount,
            5 * ArenaLayout.ChunkLength,
            Aligned.To4(0, parameters, gradients, buffer));
    }

    public override void GlobalNormClip(
        DeviceView<float> gradients,
        DeviceView<float> partial,
        DeviceView<float> norm,
        DeviceView<float> factor,
        float maximum,
        ArenaLayout layout)
    {
        Lengths.AtLeast(norm, 1, nameof(norm));
        Lengths.AtLeast(factor, 1, nameof(factor));
        Squares(gradients, partial, layout);
        WholeNorm(partial, norm, factor, maximum, layout);
    }

    public override void QuantileClip(
        DeviceView<float> gradients,
        DeviceView<float> partial,
        DeviceView<float> history,
        DeviceView<float> factors,
        DeviceView<float> norm,
        QuantileClipStep step,
        ArenaLayout layout)
    {
        step.Check();
        Lengths.AtLeast(history, (long)layout.TensorCount * step.HistoryLength, nameof(history));
        Lengths.AtLeast(factors, layout.TensorCount, nameof(factors));
        Lengths.AtLeast(norm, 1, nameof(norm));
        Squares(gradients, partial, layout);
        WholeNorm(partial, norm, default, 0f, layout);
        executor.Rows(
            new QuantileBody<TFloats, TInts>
            {
                Partial = TFloats.Of(partial),
                History = TFloats.Of(history),
                Factors = TFloats.Of(factors),
                TensorChunks = TInts.Of(layout.TensorChunks),
                HistoryLength = step.HistoryLength,
                Count = step.Count,
                ReadCount = step.ReadCount,
                Position = step.Position,
                Rank = step.Rank,
                NextRank = step.NextRank,
                Weight = step.Weight,
            },
            layout.TensorCount,
            64 + (step.Count * step.Count / 4),
            aligned: false);
    }

    public override void TensorNorms(
        DeviceView<float> gradients, DeviceView<float> partial, DeviceView<float> norms, ArenaLayout layout)
    {
        Lengths.AtLeast(norms, layout.TensorCount, nameof(norms));
        Squares(gradients, partial, layout);
        executor.Rows(
            new NormBody<TFloats, TInts>
            {
                Partial = TFloats.Of(partial),
                Norms = TFloats.Of(norms),
                Factor = TFloats.Of(norms),
                TensorChunks = TInts.Of(layout.TensorChunks),
                Whole = -1,
            },
            layout.TensorCount,
            64,
            aligned: false);
    }

    public override void ScaleTensors(DeviceView<float> gradients, DeviceView<float> factors, ArenaLayout layout)
    {
        Lengths.AtLeast(gradients, layout.Length, nameof(gradients));
        Lengths.AtLeast(factors, layout.TensorCount, nameof(factors));
        executor.Rows(
            new ScaleTensorsBody<TFloats, TInts>
            {
                Gradients = TFloats.Of(gradients),
                Factors = TFloats.Of(factors),
                Starts = TInts.Of(layout.ChunkStarts),
                Tensors = TInts.Of(layout.ChunkTensors),
            },
            layout.ChunkCount,
            2 * ArenaLayout.ChunkLength,
            Aligned.To4(0, gradients));
    }

    private static AdamWBody<TFloats, TInts> AdamWBodyOf(
        DeviceView<float> parameters,
        DeviceView<float> gradients,
        DeviceView<float> firstMoment,
        DeviceView<float> secondMoment,
        DeviceView<float> tensorSettings,
        DeviceView<float> gradientScale,
        AdamWStep step,
        ArenaLayout layout)
    {
        Lengths.AtLeast(parameters, layout.Length, nameof(parameters));
        Lengths.AtLeast(gradients, layout.Length, nameof(gradients));
        Lengths.AtLeast(firstMoment, layout.Length, nameof(firstMoment));
        Lengths.AtLeast(secondMoment, layout.Length, nameof(secondMoment));
        return new AdamWBody<TFloats, TInts>
        {
            Parameters = TFloats.Of(parameters),
            Gradients = TFloats.Of(gradients),
            FirstMoment = TFloats.Of(firstMoment),
            SecondMoment = TFloats.Of(secondMoment),
            Chunks = Chunks(tensorSettings, gradientScale, layout),
            LearningRate = (float)step.LearningRate,
            Beta1 = (float)step.Beta1,
            Rest1 = (float)(1 - step.Beta1),
            Beta2 = (float)step.Beta2,
            Rest2 = (float)(1 - step.Beta2),
            StepSize = (float)(step.LearningRate / step.BiasCorrection1),
            Root2 = (float)Math.Sqrt(step.BiasCorrection2),
            Epsilon = (float)step.Epsilon,
        };
    }

    private static ArenaChunks<TFloats, TInts> Chunks(
        DeviceView<float> settings, DeviceView<float> scale, ArenaLayout layout)
    {
        if (!settings.IsAbsent)
        {
            Lengths.AtLeast(settings, SettingsPerTensor * layout.TensorCount, nameof(settings));
        }

        if (!scale.IsAbsent)
        {
            Lengths.AtLeast(scale, scale.Length > 1 ? layout.TensorCount : 1, nameof(scale));
        }

        return new ArenaChunks<TFloats, TInts>
        {
            Starts = TInts.Of(layout.ChunkStarts),
            Tensors = TInts.Of(layout.ChunkTensors),
            Settings = TFloats.Of(settings),
            Scale = TFloats.Of(scale),
            HasSettings = settings.IsAbsent ? 0 : 1,
            HasScale = scale.IsAbsent ? 0 : 1,
            ScaleStep = scale.Length > 1 ? 1 : 0,
        };
    }

    private void WholeNorm(
        DeviceView<float> partial, DeviceView<float> norm, DeviceView<float> factor, float maximum, ArenaLayout layout) =>
        executor.Rows(
            new NormBody<TFloats, TInts>
            {
                Partial = TFloats.Of(partial),
                Norms = TFloats.Of(norm),
                Factor = TFloats.Of(factor),
                TensorChunks = TInts.Of(layout.TensorChunks),
                Whole = layout.ChunkCount,
                HasFactor = factor.IsAbsent ? 0 : 1,
                Maximum = maximum,
            },
            1,
            layout.ChunkCount,
            aligned: false);

    private void Squares(DeviceView<float> gradients, DeviceView<float> partial, ArenaLayout layout)
    {
        Lengths.AtLeast(gradients, layout.Length, nameof(gradients));
        Lengths.AtLeast(partial, layout.ChunkCount, nameof(partial));
        executor.Rows(
            new ChunkSquares<TFloats, TInts>
            {
                Gradients = TFloats.Of(gradients),
                Partial = TFloats.Of(partial),
                Starts = TInts.Of(layout.ChunkStarts),
            },
            layout.ChunkCount,
            ArenaLayout.ChunkLength,
            Aligned.To4(0, gradients));
    }
}
