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
        where TTile : struct, ITileRows => shape.HiddenWidth == 0
            ? new NeuronLevelModelRun<TFloats, TInts, TTile, LinearForm>(executor, shape, training)
            : executor.BlockWidth > 0
            ? new NeuronLevelModelRun<TFloats, TInts, TTile, StagedDeepForm>(executor, shape, training)
            : new NeuronLevelModelRun<TFloats, TInts, TTile, DeepForm>(executor, shape, training);
}
