using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Optimizers;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Steps and clipping over the large parameters of a model: synapse, neuron-level models, keys and values, output.</summary>
public class OptimizerBenchmarks : ModelBenchmarks
{
    private const int Window = 1000, Iterations = 5;
    private DeviceView<float> parameters, gradients, first, second, partial, norms, factors, norm, factor, history;
    private DeviceView<float> directions, matrixRates, scratch;
    private ArenaLayout layout = null!;

    private static int[] LengthsOf(ModelSize size) =>
    [
        size.SynapseColumns * (size.Neurons + size.Width),
        size.Memory * 2 * size.Hidden * size.Neurons,
        2 * size.Width * size.Width,
        size.Pairs * size.Positions * size.Classes,
    ];

    private static MatrixStack StackOf(ModelSize size) => new(1, size.SynapseColumns, size.Neurons + size.Width);

    private static QuantileClipStep FullHistory => new(0.9, Window, Window);

    private static int LengthOf(ModelSize size) => LengthsOf(size).Sum();

    /// <summary>AdamW.</summary>
    [Benchmark]
    public void AdamW()
    {
        Device.Optimizers.AdamW(parameters, gradients, first, second, default, factor, AdamWStep.At(1, 1e-4), layout);
        Device.Synchronize();
    }

    /// <summary>SGD with momentum.</summary>
    [Benchmark]
    public void Sgd()
    {
        Device.Optimizers.Sgd(parameters, gradients, first, default, factor, 1e-4f, 0.9f, layout);
        Device.Synchronize();
    }

    /// <summary>The last part of a step of Muon, the synapse's weight a matrix.</summary>
    [Benchmark]
    public void Muon()
    {
        Device.Optimizers.Muon(
            parameters, gradients, directions, matrixRates, first, second, default, factor, AdamWStep.At(1, 1e-4), layout);
        Device.Synchronize();
    }

    /// <summary>The momentum of Muon.</summary>
    [Benchmark]
    public void MuonMomentum()
    {
        Device.Optimizers.MuonMomentum(gradients, first, directions, matrixRates, factor, 0.95f, layout);
        Device.Synchronize();
    }

    /// <summary>The synapse's weight orthogonalized; its singular values stay in the range that they are brought to.</summary>
    [Benchmark]
    public void Orthogonalize()
    {
        Device.Optimizers.Orthogonalize(directions, StackOf(Size), Iterations, scratch);
        Device.Synchronize();
    }

    /// <summary>The norm of all gradients.</summary>
    [Benchmark]
    public void GlobalNormClip()
    {
        Device.Optimizers.GlobalNormClip(gradients, partial, norm, factor, 1f, layout);
        Device.Synchronize();
    }

    /// <summary>The factors of all gradients, each from a full history.</summary>
    [Benchmark]
    public void QuantileClip()
    {
        Device.Optimizers.QuantileClip(gradients, partial, history, norms, norm, FullHistory, layout);
        Device.Synchronize();
    }

    /// <summary>The norm of each gradient.</summary>
    [Benchmark]
    public void TensorNorms()
    {
        Device.Optimizers.TensorNorms(gradients, partial, norms, layout);
        Device.Synchronize();
    }

    /// <summary>Scales each gradient, by 1 so that values stay as they are.</summary>
    [Benchmark]
    public void ScaleTensors()
    {
        Device.Optimizers.ScaleTensors(gradients, factors, layout);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        layout = Buffers.Keep(new ArenaLayout(Device, LengthsOf(Size)));
        parameters = Buffers.Floats(layout.Length);
        gradients = Buffers.Floats(layout.Length);
        first = Buffers.Zeros(layout.Length);
        second = Buffers.Zeros(layout.Length);
        partial = Buffers.Zeros(layout.ChunkCount);
        norms = Buffers.Zeros(layout.TensorCount);
        factors = Buffers.Constant(layout.TensorCount, 1f);
        norm = Buffers.Zeros(1);
        factor = Buffers.Constant(1, 1f);
        directions = Buffers.Floats(layout.Length);
        matrixRates = Buffers.Keep(Device.Allocate<float>([1f, 0f, 0f, 0f])).View;
        scratch = Buffers.Zeros(StackOf(Size).ScratchLength);
        history = Buffers.Floats(layout.TensorCount * FullHistory.HistoryLength, 0f, 1f);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(AdamW) => new Cost(OptimizerKernels.AdamWFlops(LengthOf(size)), OptimizerKernels.AdamWBytes(LengthOf(size))),
        nameof(Sgd) => new Cost(0, 4.0 * 5 * LengthOf(size)),
        nameof(Muon) => new Cost(
            OptimizerKernels.AdamWFlops(LengthOf(size) - LengthsOf(size)[0]),
            OptimizerKernels.MuonBytes(LengthsOf(size)[0], LengthOf(size) - LengthsOf(size)[0])),
        nameof(MuonMomentum) => new Cost(4.0 * LengthsOf(size)[0], OptimizerKernels.MuonMomentumBytes(LengthsOf(size)[0])),
        nameof(Orthogonalize) => new Cost(
            OptimizerKernels.OrthogonalizeFlops(StackOf(size), Iterations), OptimizerKernels.OrthogonalizeBytes(StackOf(size), Iterations)),
        nameof(GlobalNormClip) or nameof(TensorNorms) => new Cost(2.0 * LengthOf(size), 4.0 * LengthOf(size)),
        nameof(QuantileClip) => new Cost(
            OptimizerKernels.QuantileClipFlops(LengthOf(size), LengthsOf(size).Length, Window),
            OptimizerKernels.QuantileClipBytes(LengthOf(size), LengthsOf(size).Length, Window)),
        nameof(ScaleTensors) => new Cost(LengthOf(size), 4.0 * 2 * LengthOf(size)),
        _ => throw NoSuchMethod(method),
    };
}
