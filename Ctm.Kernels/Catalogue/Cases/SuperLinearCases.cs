using Ctm.Kernels.Devices;
using Ctm.Kernels.SuperLinear;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class SuperLinearCases
{
    private const string Family = "SuperLinear";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        var shape = new SuperLinearShape(size.Batch, size.Neurons, size.Memory, 2 * size.Hidden);
        double flops = SuperLinearKernels.Flops(shape);
        double bytes = 4.0 * ((double)shape.InputLength + shape.OutputLength + shape.WeightLength + shape.BiasLength);
        return
        [
            new(Family, "Forward", flops, bytes, b =>
            {
                DeviceView<float> input = b.Floats(shape.InputLength), weight = b.Floats(shape.WeightLength);
                DeviceView<float> bias = b.Floats(shape.BiasLength), temperature = b.Constant(1, 1.5f);
                DeviceView<float> output = b.Output(shape.OutputLength);
                return () => b.Device.SuperLinear.Forward(input, weight, bias, temperature, output, shape);
            }),
            new(Family, "Backward", 2 * flops, 2 * bytes, b =>
            {
                DeviceView<float> input = b.Floats(shape.InputLength), weight = b.Floats(shape.WeightLength);
                DeviceView<float> temperature = b.Constant(1, 1.5f), output = b.Floats(shape.OutputLength);
                DeviceView<float> dy = b.Floats(shape.OutputLength), dx = b.Output(shape.InputLength);
                DeviceView<float> dw = b.Floats(shape.WeightLength), db = b.Floats(shape.BiasLength), dt = b.Floats(1);
                return () => b.Device.SuperLinear.Backward(input, weight, temperature, output, dy, dx, dw, db, dt, shape);
            }),
        ];
    }
}
