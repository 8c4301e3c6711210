using Ctm.Kernels.Activations;
using Ctm.Kernels.Devices;
using Ctm.Kernels.Elementwise;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class ActivationCases
{
    private const string Family = "Activations";

    private delegate void Forward(DeviceView<float> input, DeviceView<float> output);

    private delegate void Backward(DeviceView<float> kept, DeviceView<float> outputGradient, DeviceView<float> inputGradient);

    public static IEnumerable<KernelCase> Of(KernelCaseSize size) =>
    [
        new(Family, "GluForward", 0, ActivationKernels.GluForwardBytes(size.Batch, size.Neurons), b =>
        {
            DeviceView<float> input = b.Floats(2 * size.States), output = b.Output(size.States);
            return () => b.Device.Activations.GluForward(input, output, size.Batch, size.Neurons);
        }),
        new(Family, "GluBackward", 0, ActivationKernels.GluBackwardBytes(size.Batch, size.Neurons), b =>
        {
            DeviceView<float> input = b.Floats(2 * size.States), dy = b.Floats(size.States), dx = b.Output(2 * size.States);
            return () => b.Device.Activations.GluBackward(input, dy, dx, size.Batch, size.Neurons);
        }),
        OneWay(size, "ReluForward", a => a.ReluForward),
        OtherWay(size, "ReluBackward", a => a.ReluBackward),
        OneWay(size, "SiluForward", a => a.SiluForward),
        OtherWay(size, "SiluBackward", a => a.SiluBackward),
        OneWay(size, "SigmoidForward", a => a.SigmoidForward),
        OtherWay(size, "SigmoidBackward", a => a.SigmoidBackward),
        OneWay(size, "TanhForward", a => a.TanhForward),
        OtherWay(size, "TanhBackward", a => a.TanhBackward),
        new(Family, "FourierForward", 0, ElementwiseKernels.Bytes(size.Batch * size.Width, 2), b =>
        {
            DeviceView<float> input = b.Floats(size.Batch * size.Width), output = b.Output(2 * size.Batch * size.Width);
            return () => b.Device.Activations.FourierForward(input, output, size.Batch, size.Width);
        }),
        new(Family, "FourierBackward", 0, ElementwiseKernels.Bytes(size.Batch * size.Width, 4), b =>
        {
            DeviceView<float> output = b.Floats(2 * size.Batch * size.Width), dy = b.Floats(2 * size.Batch * size.Width);
            DeviceView<float> dx = b.Output(size.Batch * size.Width);
            return () => b.Device.Activations.FourierBackward(output, dy, dx, size.Batch, size.Width);
        }),
    ];

    private static KernelCase OneWay(KernelCaseSize size, string name, Func<ActivationKernels, Forward> choose) =>
        new(Family, name, 0, ElementwiseKernels.Bytes(size.States, 1), b =>
        {
            DeviceView<float> input = b.Floats(size.States), output = b.Output(size.States);
            return () => choose(b.Device.Activations)(input, output);
        });

    private static KernelCase OtherWay(KernelCaseSize size, string name, Func<ActivationKernels, Backward> choose) =>
        new(Family, name, 0, ElementwiseKernels.Bytes(size.States, 2), b =>
        {
            DeviceView<float> kept = b.Floats(size.States), dy = b.Floats(size.States), dx = b.Output(size.States);
            return () => choose(b.Device.Activations)(kept, dy, dx);
        });
}
