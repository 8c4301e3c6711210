using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Mixtures;

namespace Ctm.Benchmarks.Kernels;

/// <summary>What positional embeddings are made of: 256 Fourier features a token, and a mixture of ten scales.</summary>
public class PositionBenchmarks : ModelBenchmarks
{
    private const int Angles = 128, Scales = 10;
    private DeviceView<float> angles, features, featuresGradient, anglesGradient;
    private DeviceView<float> logits, parts, weights, mixture, mixtureGradient, partsGradient, logitsGradient;

    /// <summary>Cosines and sines.</summary>
    [Benchmark]
    public void FourierForward()
    {
        Device.Activations.FourierForward(angles, features, Size.Tokens, Angles);
        Device.Synchronize();
    }

    /// <summary>The angles' gradient.</summary>
    [Benchmark]
    public void FourierBackward()
    {
        Device.Activations.FourierBackward(features, featuresGradient, anglesGradient, Size.Tokens, Angles);
        Device.Synchronize();
    }

    /// <summary>The weighted sum.</summary>
    [Benchmark]
    public void MixtureForward()
    {
        Device.Mixtures.Forward(logits, parts, weights, mixture);
        Device.Synchronize();
    }

    /// <summary>The gradients of the parts and the logits.</summary>
    [Benchmark]
    public void MixtureBackward()
    {
        Device.Mixtures.Backward(parts, weights, mixtureGradient, partsGradient, logitsGradient);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        angles = Buffers.Floats(Size.Tokens * Angles);
        features = Buffers.Floats(2 * Size.Tokens * Angles);
        featuresGradient = Buffers.Floats(2 * Size.Tokens * Angles);
        anglesGradient = Buffers.Zeros(Size.Tokens * Angles);
        logits = Buffers.Floats(Scales);
        parts = Buffers.Floats(Scales * Size.Tokens * Size.Width);
        weights = Buffers.Zeros(Scales);
        mixture = Buffers.Zeros(Size.Tokens * Size.Width);
        mixtureGradient = Buffers.Floats(Size.Tokens * Size.Width);
        partsGradient = Buffers.Zeros(Scales * Size.Tokens * Size.Width);
        logitsGradient = Buffers.Zeros(Scales);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size)
    {
        int length = size.Tokens * size.Width;
        return method switch
        {
            nameof(FourierForward) => new Cost(0, 4.0 * 3 * size.Tokens * Angles),
            nameof(FourierBackward) => new Cost(0, 4.0 * 5 * size.Tokens * Angles),
            nameof(MixtureForward) => new Cost(MixtureKernels.Flops(Scales, length), MixtureKernels.ForwardBytes(Scales, length)),
            nameof(MixtureBackward) => new Cost(
                1.5 * MixtureKernels.Flops(Scales, length), MixtureKernels.BackwardBytes(Scales, length)),
            _ => throw NoSuchMethod(method),
        };
    }
}
