using Ctm.Kernels.Activations;
using Ctm.Kernels.Execution;
using Ctm.Kernels.NeuronLevelModels;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Devices;

/// <content>The kernel families.</content>
public abstract partial class ComputeDevice
{
    /// <summary>GLU, ReLU.</summary>
    public ActivationKernels Activations { get; private set; } = null!;

    /// <summary>The per-neuron models over the pre-activation history.</summary>
    public NeuronLevelModelKernels NeuronLevelModels { get; private set; } = null!;

    private protected void Bind<TFloats, TInts>(Executor<TFloats, TInts> executor)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        Activations = new ActivationLauncher<TFloats, TInts>(executor);
        NeuronLevelModels = new NeuronLevelModelLauncher<TFloats, TInts>(executor);
    }
}
