using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Activations;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Elementwise;

namespace Ctm.Benchmarks.Kernels;

/// <summary>GLU over rows of 2 D columns, the others over a state [B, D].</summary>
public class ActivationBenchmarks : ModelBenchmarks
{
    private DeviceView<float> gluInput, gluInputGradient, input, output, outputGradient, inputGradient;

    /// <summary>GLU.</summary>
    [Benchmark]
    public void GluForward()
    {
        Device.Activations.GluForward(gluInput, output, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>GLU's gradient.</summary>
    [Benchmark]
    public void GluBackward()
    {
        Device.Activations.GluBackward(gluInput, outputGradient, gluInputGradient, Size.Batch, Size.Neurons);
        Device.Synchronize();
    }

    /// <summary>Relu of a state.</summary>
    [Benchmark]
    public void ReluForward()
    {
        Device.Activations.ReluForward(input, output);
        Device.Synchronize();
    }

    /// <summary>Relu's gradient.</summary>
    [Benchmark]
    public void ReluBackward()
    {
        Device.Activations.ReluBackward(output, outputGradient, inputGradient);
        Device.Synchronize();
    }

    /// <summary>Silu of a state.</summary>
    [Benchmark]
    public void SiluForward()
    {
        Device.Activations.SiluForward(input, output);
        Device.Synchronize();
    }

    /// <summary>Silu's gradient.</summary>
    [Benchmark]
    public void SiluBackward()
    {
        Device.Activations.SiluBackward(input, outputGradient, inputGradient);
        Device.Synchronize();
    }

    /// <summary>Sigmoid of a state.</summary>
    [Benchmark]
    public void SigmoidForward()
    {
        Device.Activations.SigmoidForward(input, output);
        Device.Synchronize();
    }

    /// <summary>Sigmoid's gradient.</summary>
    [Benchmark]
    public void SigmoidBackward()
    {
        Device.Activations.SigmoidBackward(output, outputGradient, inputGradient);
        Device.Synchronize();
    }

    /// <summary>Tanh of a state.</summary>
    [Benchmark]
    public void TanhForward()
    {
        Device.Activations.TanhForward(input, output);
        Device.Synchronize();
    }

    /// <summary>Tanh's gradient.</summary>
    [Benchmark]
    public void TanhBackward()
    {
        Device.Activations.TanhBackward(output, outputGradient, inputGradient);
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        gluInput = Buffers.Floats(2 * Size.StateLength);
        gluInputGradient = Buffers.Zeros(2 * Size.StateLength);
        input = Buffers.Floats(Size.StateLength);
        output = Buffers.Floats(Size.StateLength);
        outputGradient = Buffers.Floats(Size.StateLength);
        inputGradient = Buffers.Zeros(Size.StateLength);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(GluForward) => new Cost(0, ActivationKernels.GluForwardBytes(size.Batch, size.Neurons)),
        nameof(GluBackward) => new Cost(0, ActivationKernels.GluBackwardBytes(size.Batch, size.Neurons)),
        nameof(ReluForward) or nameof(SiluForward) or nameof(SigmoidForward) or nameof(TanhForward) =>
            new Cost(0, ElementwiseKernels.Bytes(size.StateLength, 1)),
        nameof(ReluBackward) or nameof(SiluBackward) or nameof(SigmoidBackward) or nameof(TanhBackward) =>
            new Cost(0, ElementwiseKernels.Bytes(size.StateLength, 2)),
        _ => throw NoSuchMethod(method),
    };
}
