using Ctm.Kernels.Ctc;
using Ctm.Kernels.Devices;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class CtcCases
{
    private const string Family = "Ctc";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        // Twice as many ticks as labels, so that every target has a path.
        var shape = new CtcShape(4 * size.Positions, size.Batch, size.Classes, size.Positions);
        return
        [
            new(Family, "Forward", CtcKernels.ForwardFlops(shape), CtcKernels.ForwardBytes(shape), b =>
            {
                DeviceView<float> logits = b.Floats(shape.Logits), workspace = b.Scratch(shape.WorkspaceLength);
                DeviceView<float> losses = b.Output(shape.Batch), loss = b.Output(1);
                DeviceView<int> targets = b.Integers(shape.Labels, shape.Blank);
                return () => b.Device.Ctc.Forward(logits, targets, default, workspace, losses, loss, shape);
            }),
            new(
                Family,
                "ForwardAndBackward",
                CtcKernels.ForwardFlops(shape) + CtcKernels.BackwardFlops(shape),
                CtcKernels.ForwardBytes(shape) + CtcKernels.BackwardBytes(shape),
                b =>
                {
                    DeviceView<float> logits = b.Floats(shape.Logits), workspace = b.Scratch(shape.WorkspaceLength);
                    DeviceView<float> losses = b.Output(shape.Batch), loss = b.Output(1), gradient = b.Output(shape.Logits);
                    DeviceView<int> targets = b.Integers(shape.Labels, shape.Blank);
                    return () =>
                    {
                        b.Device.Ctc.Forward(logits, targets, default, workspace, losses, loss, shape);
                        b.Device.Ctc.Backward(logits, targets, default, workspace, losses, gradient, 1f, shape);
                    };
                }),
        ];
    }
}
