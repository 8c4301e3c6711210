using Ctm.Kernels.Activations;
using Ctm.Kernels.Attention;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Losses;
using Ctm.Kernels.Optimizers;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Devices;

/// <content>The kernel families.</content>
public abstract partial class ComputeDevice
{
    /// <summary>GLU, ReLU.</summary>
    public ActivationKernels Activations { get; private set; } = null!;

    /// <summary>One query a sample over its tokens.</summary>
    public AttentionKernels Attention { get; private set; } = null!;

    /// <summary>Cross entropy, certainty, the two-tick rule, the maze curriculum.</summary>
    public LossKernels Losses { get; private set; } = null!;

    /// <summary>Optimizer steps and gradient clipping over one arena of parameters.</summary>
    public OptimizerKernels Optimizers { get; private set; } = null!;

    private protected void Bind<TFloats, TInts>(Executor<TFloats, TInts> executor)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        Activations = new ActivationLauncher<TFloats, TInts>(executor);
        Attention = new AttentionLauncher<TFloats, TInts>(executor);
        Losses = new LossLauncher<TFloats, TInts>(executor);
        Optimizers = new OptimizerLauncher<TFloats, TInts>(executor);
    }
}
