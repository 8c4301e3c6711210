using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Losses;
using Ctm.Kernels.RandomNumbers;

namespace Ctm.Benchmarks.Kernels;

/// <summary>Proximal policy optimisation over a minibatch of T * B transitions with K actions.</summary>
public class PolicyLossBenchmarks : ModelBenchmarks
{
    private DeviceView<float> probabilities, entropies, logProbabilities, ratios, terms, summary, logitsGradient, valuesGradient;
    private DeviceView<float> rewards, dones, nextValues, nextDones;
    private DeviceView<int> drawn;
    private PpoBatch batch;

    /// <summary>Log-probabilities, entropies and probabilities.</summary>
    [Benchmark]
    public void Evaluate()
    {
        Device.PolicyLosses.Evaluate(
            batch.Logits, batch.Actions, logProbabilities, entropies, probabilities, Count(Size), Size.Classes);
        Device.Synchronize();
    }

    /// <summary>Drawing actions.</summary>
    [Benchmark]
    public void Categorical()
    {
        Device.Random.Categorical(batch.Logits, drawn, Size.Classes, seed: 1, stream: 2);
        Device.Synchronize();
    }

    /// <summary>Generalised advantages.</summary>
    [Benchmark]
    public void Advantages()
    {
        Device.PolicyLosses.Advantages(
            rewards, batch.OldValues, dones, nextValues, nextDones, batch.Advantages, batch.Returns, 0.99f, 0.95f, Size.Ticks, Size.Batch);
        Device.Synchronize();
    }

    /// <summary>Normalising advantages.</summary>
    [Benchmark]
    public void Normalize()
    {
        Device.PolicyLosses.Normalize(batch.Advantages, batch.Advantages);
        Device.Synchronize();
    }

    /// <summary>The loss.</summary>
    [Benchmark]
    public void Loss()
    {
        Device.PolicyLosses.Loss(batch, logProbabilities, ratios, terms, summary, Shape(Size));
        Device.Synchronize();
    }

    /// <summary>The loss's gradients.</summary>
    [Benchmark]
    public void LossBackward()
    {
        Device.PolicyLosses.LossBackward(batch, ratios, logitsGradient, valuesGradient, Shape(Size));
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        int count = Count(Size), classes = Size.Classes;
        batch = new PpoBatch(
            Buffers.Floats(count * classes),
            Buffers.Floats(count),
            Buffers.Integers(count, classes),
            Buffers.Floats(count, -2f, -1f),
            Buffers.Floats(count),
            Buffers.Floats(count),
            Buffers.Floats(count));
        probabilities = Buffers.Zeros(count * classes);
        entropies = Buffers.Zeros(count);
        logProbabilities = Buffers.Zeros(count);
        ratios = Buffers.Floats(count, 0.5f, 1.5f);
        terms = Buffers.Zeros((PolicyLossKernels.Figures - 1) * count);
        summary = Buffers.Zeros(PolicyLossKernels.Figures);
        logitsGradient = Buffers.Zeros(count * classes);
        valuesGradient = Buffers.Zeros(count);
        rewards = Buffers.Floats(count);
        dones = Buffers.Zeros(count);
        nextValues = Buffers.Floats(Size.Batch);
        nextDones = Buffers.Zeros(Size.Batch);
        drawn = Buffers.Integers(count, classes);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size)
    {
        int count = Count(size), classes = size.Classes;
        return method switch
        {
            nameof(Evaluate) => new Cost(18.0 * count * classes, 4.0 * count * ((2.0 * classes) + 3)),
            nameof(Categorical) => new Cost(0, RandomKernels.CategoricalBytes(count, classes)),
            nameof(Advantages) => new Cost(0, PolicyLossKernels.AdvantagesBytes(size.Ticks, size.Batch)),
            nameof(Normalize) => new Cost(0, 16.0 * count),
            nameof(Loss) => new Cost(PolicyLossKernels.LossFlops(count, classes), PolicyLossKernels.LossBytes(count, classes)),
            nameof(LossBackward) => new Cost(
                PolicyLossKernels.LossBackwardFlops(count, classes), PolicyLossKernels.LossBackwardBytes(count, classes)),
            _ => throw NoSuchMethod(method),
        };
    }

    private static int Count(ModelSize size) => size.Ticks * size.Batch;

    private static PpoShape Shape(ModelSize size) => new(Count(size), size.Classes, 0.1f, 0.1f, 0.25f);
}
