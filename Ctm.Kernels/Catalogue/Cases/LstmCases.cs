using Ctm.Kernels.Devices;
using Ctm.Kernels.Lstm;

namespace Ctm.Kernels.Catalogue.Cases;

internal static class LstmCases
{
    private const string Family = "Lstm";

    public static IEnumerable<KernelCase> Of(KernelCaseSize size)
    {
        (int rows, int width, int states) = (size.Batch, size.Neurons, size.States);
        return
        [
            new(Family, "Forward", LstmKernels.ForwardFlops(rows, width), LstmKernels.ForwardBytes(rows, width), b =>
            {
                DeviceView<float> input = b.Floats(4 * states), cell = b.Floats(states), gates = b.Output(4 * states);
                DeviceView<float> newCell = b.Output(states), hidden = b.Output(states);
                return () => b.Device.Lstm.Forward(input, cell, gates, newCell, hidden, rows, width);
            }),
            new(Family, "Backward", LstmKernels.BackwardFlops(rows, width), LstmKernels.BackwardBytes(rows, width), b =>
            {
                DeviceView<float> gates = b.Floats(4 * states, 0f, 1f), cell = b.Floats(states), newCell = b.Floats(states);
                DeviceView<float> dh = b.Floats(states), dc = b.Floats(states), dx = b.Output(4 * states), before = b.Output(states);
                return () => b.Device.Lstm.Backward(gates, cell, newCell, dh, dc, dx, before, rows, width);
            }),
        ];
    }
}
