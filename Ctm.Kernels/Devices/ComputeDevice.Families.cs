using Ctm.Kernels.Activations;
using Ctm.Kernels.Execution;
using Ctm.Kernels.PairSampling;
using Ctm.Kernels.RandomNumbers;
using Ctm.Kernels.Synchronization;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Devices;

/// <content>The kernel families.</content>
public abstract partial class ComputeDevice
{
    /// <summary>GLU, ReLU.</summary>
    public ActivationKernels Activations { get; private set; } = null!;

    /// <summary>Drawing neuron pairs.</summary>
    public PairSamplingKernels PairSampling { get; private set; } = null!;

    /// <summary>Random numbers, dropout.</summary>
    public RandomKernels Random { get; private set; } = null!;

    /// <summary>Synchronization of neuron pairs.</summary>
    public SynchronizationKernels Synchronization { get; private set; } = null!;

    private protected void Bind<TFloats, TInts>(Executor<TFloats, TInts> executor)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        Activations = new ActivationLauncher<TFloats, TInts>(executor);
        PairSampling = new PairSamplingLauncher<TFloats, TInts>(executor);
        Random = new RandomLauncher<TFloats, TInts>(executor);
        Synchronization = new SynchronizationLauncher<TFloats, TInts>(executor);
    }
}
