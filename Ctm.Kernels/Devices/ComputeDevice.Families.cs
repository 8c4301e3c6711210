using Ctm.Kernels.Activations;
using Ctm.Kernels.Attention;
using Ctm.Kernels.Bottleneck;
using Ctm.Kernels.Convolution;
using Ctm.Kernels.Ctc;
using Ctm.Kernels.Elementwise;
using Ctm.Kernels.Embedding;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Losses;
using Ctm.Kernels.Lstm;
using Ctm.Kernels.MatrixMultiply;
using Ctm.Kernels.Measurements;
using Ctm.Kernels.Mixtures;
using Ctm.Kernels.NeuronLevelModels;
using Ctm.Kernels.Normalization;
using Ctm.Kernels.Optimizers;
using Ctm.Kernels.PairSampling;
using Ctm.Kernels.RandomNumbers;
using Ctm.Kernels.SuperLinear;
using Ctm.Kernels.Synchronization;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Devices;

/// <content>The kernel families.</content>
public abstract partial class ComputeDevice
{
    /// <summary>GLU, ReLU, SiLU, sigmoid, tanh, Fourier features.</summary>
    public ActivationKernels Activations { get; private set; } = null!;

    /// <summary>The bottom of the synapse model's U-Net.</summary>
    public BottleneckKernels Bottleneck { get; private set; } = null!;

    /// <summary>2-D convolution, pooling.</summary>
    public ConvolutionKernels Convolution { get; private set; } = null!;

    /// <summary>Connectionist temporal classification: the loss of lists.</summary>
    public CtcKernels Ctc { get; private set; } = null!;

    /// <summary>Rows of a table.</summary>
    public EmbeddingKernels Embedding { get; private set; } = null!;

    /// <summary>Matrix multiplication.</summary>
    public MatrixMultiplyKernels MatrixMultiply { get; private protected set; } = null!;

    /// <summary>Kernels that measure the device.</summary>
    public MeasurementKernels Measurements { get; private set; } = null!;

    /// <summary>Weighted sums with softmax weights.</summary>
    public MixtureKernels Mixtures { get; private set; } = null!;

    /// <summary>The per-neuron models over the pre-activation history.</summary>
    public NeuronLevelModelKernels NeuronLevelModels { get; private set; } = null!;

    /// <summary>Copies, sums, transposition.</summary>
    public ElementwiseKernels Elementwise { get; private set; } = null!;

    /// <summary>Layer and batch normalisation.</summary>
    public NormalizationKernels Normalization { get; private set; } = null!;

    /// <summary>One query a sample over its tokens.</summary>
    public AttentionKernels Attention { get; private set; } = null!;

    /// <summary>Cross entropy, certainty, the two-tick rule, the maze curriculum.</summary>
    public LossKernels Losses { get; private set; } = null!;

    /// <summary>The gates of an LSTM cell.</summary>
    public LstmKernels Lstm { get; private set; } = null!;

    /// <summary>Advantages and the loss of proximal policy optimisation.</summary>
    public PolicyLossKernels PolicyLosses { get; private set; } = null!;

    /// <summary>Optimizer steps and gradient clipping over one arena of parameters.</summary>
    public OptimizerKernels Optimizers { get; private set; } = null!;

    /// <summary>Drawing neuron pairs.</summary>
    public PairSamplingKernels PairSampling { get; private set; } = null!;

    /// <summary>Random numbers, dropout.</summary>
    public RandomKernels Random { get; private set; } = null!;

    /// <summary>Linear maps of every neuron's own.</summary>
    public SuperLinearKernels SuperLinear { get; private set; } = null!;

    /// <summary>Synchronization of neuron pairs.</summary>
    public SynchronizationKernels Synchronization { get; private set; } = null!;

    /// <summary>Convolution without columns; null where columns pay.</summary>
    internal ImplicitConvolution? ImplicitConvolution { get; private protected init; }

    private protected void Bind<TFloats, TInts>(Executor<TFloats, TInts> executor)
        where TFloats : struct, IMemory<TFloats, float>
        where TInts : struct, IMemory<TInts, int>
    {
        Activations = new ActivationLauncher<TFloats, TInts>(executor);
        Bottleneck = new BottleneckLauncher<TFloats, TInts>(executor);
        Convolution = new ConvolutionLauncher<TFloats, TInts>(executor);
        Ctc = new CtcLauncher<TFloats, TInts>(executor);
        Embedding = new EmbeddingLauncher<TFloats, TInts>(executor);
        Measurements = new MeasurementLauncher<TFloats, TInts>(executor);
        Mixtures = new MixtureLauncher<TFloats, TInts>(executor);
        NeuronLevelModels = new NeuronLevelModelLauncher<TFloats, TInts>(executor);
        Elementwise = new ElementwiseLauncher<TFloats, TInts>(executor);
        Normalization = new NormalizationLauncher<TFloats, TInts>(executor);
        Attention = new AttentionLauncher<TFloats, TInts>(executor);
        Losses = new LossLauncher<TFloats, TInts>(executor);
        Lstm = new LstmLauncher<TFloats, TInts>(executor);
        PolicyLosses = new PolicyLossLauncher<TFloats, TInts>(executor);
        Optimizers = new OptimizerLauncher<TFloats, TInts>(executor);
        PairSampling = new PairSamplingLauncher<TFloats, TInts>(executor);
        Random = new RandomLauncher<TFloats, TInts>(executor);
        SuperLinear = new SuperLinearLauncher<TFloats, TInts>(executor);
        Synchronization = new SynchronizationLauncher<TFloats, TInts>(executor);
    }
}
