using Ctm.Kernels.Activations;
using Ctm.Kernels.Elementwise;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Normalization;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Devices;

/// <content>The kernel families.</content>
public abstract partial class ComputeDevice
{
    /// <summary>GLU, ReLU, SiLU, sigmoid, tanh.</summary>
    public ActivationKernels Activations { get; private set; } = null!;

    /// <summary>Copies, sums, transposition.</summary>
    public ElementwiseKernels Elementwise { get; private set; } = null!;

    /// <summary>Layer and batch normalisation.</summary>
    public NormalizationKernels Normalization { get; private set; } = null!;

    private protected void Bind<TFloats, TInts>(Executor<TFloats, TInts> executor)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        Activations = new ActivationLauncher<TFloats, TInts>(executor);
        Elementwise = new ElementwiseLauncher<TFloats, TInts>(executor);
        Normalization = new NormalizationLauncher<TFloats, TInts>(executor);
    }
}
