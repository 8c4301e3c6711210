using Ctm.Kernels.Devices;
using Ctm.Kernels.MatrixMultiply;
using static TorchSharp.torch;

namespace Ctm.Benchmarks.Comparison.Kernels;

/// <summary>y = x W^T, as a linear layer multiplies: with W packed once, as in all ticks of a step, or anew in each call.</summary>
internal sealed class ProductPair : KernelPair
{
    private readonly BenchmarkBuffers buffers;
    private readonly ComputeDevice device;
    private readonly DeviceView<float> x, weight, y;
    private readonly PackedMatrix packed;
    private readonly MatrixProduct product;
    private readonly bool packsAnew;
    private readonly Tensor left, right;
    private Tensor result = empty(0);

    public ProductPair(ComputeDevice device, int rows, int outputs, int inputs, bool packsAnew)
    {
        this.device = device;
        this.packsAnew = packsAnew;
        buffers = new BenchmarkBuffers(device);
        product = new MatrixProduct(rows, outputs, inputs);
        x = buffers.Floats(rows * inputs);
        weight = buffers.Floats(outputs * inputs);
        y = buffers.Zeros(rows * outputs);
        packed = buffers.Keep(device.MatrixMultiply.AllocatePacked(inputs, outputs));
        device.MatrixMultiply.Pack(weight, packed, transpose: true);
        left = tensor(x.ToArray(), [rows, inputs]);
        right = tensor(weight.ToArray(), [outputs, inputs]);
    }

    public override string Name =>
        $"MatrixMultiply {product.M} x {product.N} x {product.K}, weights packed {(packsAnew ? "in each call" : "once")}";

    public override double Flops => product.Flops;

    public override void RunEngine()
    {
        if (packsAnew)
        {
            device.MatrixMultiply.Pack(weight, packed, transpose: true);
        }

        device.MatrixMultiply.Multiply(x, packed, y, product);
    }

    public override void RunPeer()
    {
        using var _ = no_grad();
        result.Dispose();
        result = nn.functional.linear(left, right);
    }

    public override double Difference() => Difference(y, result);

    public override void Dispose()
    {
        result.Dispose();
        left.Dispose();
        right.Dispose();
        buffers.Dispose();
    }
}
