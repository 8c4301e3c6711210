using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.NeuronLevelModels;

/// <summary>Neuron-level models on either executor: chooses the tile and the form.</summary>
internal sealed class NeuronLevelModelLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : NeuronLevelModelKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override NeuronLevelModelWorkspace CreateWorkspace(NeuronLevelModelShape shape, bool training)
    {
        shape.Validate();
        if (shape.Batch == 1)
        {
            return Create<OneRow>(shape, training);
        }

        return executor.BlockWidth == Lanes16.Width && shape.Batch > FourRows.Count
            ? Create<EightRows>(shape, training)
            : Create<FourRows>(shape, training);
    }

    private NeuronLevelModelWorkspace Create<TTile>(NeuronLevelModelShape shape, bool training)
        where TTile : struct, ITileRows
    {
        if (shape.HiddenWidth == 0)
        {
            return new NeuronLevelModelRun<TFloats, TInts, TFloats, TTile, LinearForm>(executor, shape, training);
        }

        if (executor.BlockWidth > 0)
        {
            return new NeuronLevelModelRun<TFloats, TInts, TFloats, TTile, StagedDeepForm>(executor, shape, training);
        }

        // Models in thread groups, which read what they keep float by float, are what half precision pays for.
        return shape.Precision == StoragePrecision.Half && GroupedModels.Serve(TTile.Count, executor.GroupThreads)
            ? new NeuronLevelModelRun<TFloats, TInts, HalfViewMemory, TTile, DeepForm>(executor, shape, training)
            : new NeuronLevelModelRun<TFloats, TInts, TFloats, TTile, DeepForm>(executor, shape, training);
    }
}
