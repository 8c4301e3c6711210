using BenchmarkDotNet.Attributes;
using Ctm.Benchmarks.Sizes;
using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;

namespace Ctm.Benchmarks.Kernels;

/// <summary>The first synapse layer: [B, D + I] to its columns, weights stored [columns, D + I].</summary>
public class MatrixMultiplyBenchmarks : ModelBenchmarks
{
    private DeviceView<float> input, weight, bias, output, outputGradient, inputGradient, weightGradient;
    private PackedMatrix packed = null!, packedTranspose = null!;

    private DeviceView<float> TickInput => input.Slice(0, Size.Batch * InputsOf(Size));

    private DeviceView<float> TickOutputGradient => outputGradient.Slice(0, Size.Batch * Size.SynapseColumns);

    private static int InputsOf(ModelSize size) => size.Neurons + size.Width;

    private static MatrixProduct ForwardOf(ModelSize size) => new(size.Batch, size.SynapseColumns, InputsOf(size)) { TransposeB = true };

    private static MatrixProduct InputGradientOf(ModelSize size) => new(size.Batch, InputsOf(size), size.SynapseColumns);

    private static MatrixProduct WeightGradientOf(ModelSize size) =>
        new(size.SynapseColumns, InputsOf(size), size.Ticks * size.Batch) { TransposeA = true };

    private static Cost CostOf(MatrixProduct product) => new(product.Flops, product.Bytes);

    /// <summary>One tick, weights as they are stored.</summary>
    [Benchmark]
    public void Forward()
    {
        Device.MatrixMultiply.Multiply(TickInput, weight, output, ForwardOf(Size), bias);
        Device.Synchronize();
    }

    /// <summary>One tick, weights packed beforehand.</summary>
    [Benchmark]
    public void ForwardPacked()
    {
        Device.MatrixMultiply.Multiply(TickInput, packed, output, ForwardOf(Size), bias);
        Device.Synchronize();
    }

    /// <summary>Packs the weights, as once a step.</summary>
    [Benchmark]
    public void Pack()
    {
        Device.MatrixMultiply.Pack(weight, packed, transpose: true);
        Device.Synchronize();
    }

    /// <summary>One tick's input gradient, weights packed beforehand.</summary>
    [Benchmark]
    public void BackwardInput()
    {
        Device.MatrixMultiply.Multiply(TickOutputGradient, packedTranspose, inputGradient, InputGradientOf(Size));
        Device.Synchronize();
    }

    /// <summary>The weights' gradient, all ticks at once.</summary>
    [Benchmark]
    public void BackwardWeights()
    {
        Device.MatrixMultiply.Multiply(outputGradient, input, weightGradient, WeightGradientOf(Size));
        Device.Synchronize();
    }

    /// <inheritdoc/>
    protected override void Allocate()
    {
        (int inputs, int columns, int rows) = (InputsOf(Size), Size.SynapseColumns, Size.Ticks * Size.Batch);
        input = Buffers.Floats(rows * inputs);
        weight = Buffers.Floats(columns * inputs);
        bias = Buffers.Floats(columns);
        output = Buffers.Zeros(Size.Batch * columns);
        outputGradient = Buffers.Floats(rows * columns);
        inputGradient = Buffers.Zeros(Size.Batch * inputs);
        weightGradient = Buffers.Zeros(columns * inputs);
        packed = Buffers.Keep(Device.MatrixMultiply.AllocatePacked(inputs, columns));
        packedTranspose = Buffers.Keep(Device.MatrixMultiply.AllocatePacked(columns, inputs));
        Device.MatrixMultiply.Pack(weight, packed, transpose: true);
        Device.MatrixMultiply.Pack(weight, packedTranspose, transpose: false);
    }

    /// <inheritdoc/>
    protected override Cost CostOf(string method, ModelSize size) => method switch
    {
        nameof(Forward) or nameof(ForwardPacked) => CostOf(ForwardOf(size)),
        nameof(Pack) => new Cost(0, 4.0 * 2 * InputsOf(size) * size.SynapseColumns),
        nameof(BackwardInput) => CostOf(InputGradientOf(size)),
        nameof(BackwardWeights) => CostOf(WeightGradientOf(size)),
        _ => throw NoSuchMethod(method),
    };
}
