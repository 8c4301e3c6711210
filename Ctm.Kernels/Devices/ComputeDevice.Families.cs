using Ctm.Kernels.Activations;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Synchronization;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Devices;

/// <content>The kernel families.</content>
public abstract partial class ComputeDevice
{
    /// <summary>GLU, ReLU.</summary>
    public ActivationKernels Activations { get; private set; } = null!;

    /// <summary>Synchronization of neuron pairs.</summary>
    public SynchronizationKernels Synchronization { get; private set; } = null!;

    private protected void Bind<TFloats, TInts>(Executor<TFloats, TInts> executor)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        Activations = new ActivationLauncher<TFloats, TInts>(executor);
        Synchronization = new SynchronizationLauncher<TFloats, TInts>(executor);
    }
}
