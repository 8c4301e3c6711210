using Ctm.Kernels.Devices;
using Ctm.Kernels.Execution;
using Ctm.Kernels.Vocabulary;

namespace Ctm.Kernels.Lstm;

/// <summary>The LSTM kernels on either executor.</summary>
internal sealed class LstmLauncher<TFloats, TInts>(Executor<TFloats, TInts> executor) : LstmKernels
    where TFloats : struct, IMemory<TFloats, float>
    where TInts : struct, IMemory<TInts, int>
{
    public override void Forward(
        DeviceView<float> preActivations,
        DeviceView<float> cell,
        DeviceView<float> gates,
        DeviceView<float> newCell,
        DeviceView<float> hidden,
        int rows,
        int width)
    {
        int length = Lengths.Of(rows, width), gateLength = Lengths.Of(rows, Lengths.Of(4, width));
        Lengths.AtLeast(preActivations, gateLength, nameof(preActivations));
        Lengths.AtLeast(cell, length, nameof(cell));
        Lengths.AtLeast(gates, gateLength, nameof(gates));
        Lengths.AtLeast(newCell, length, nameof(newCell));
        Lengths.AtLeast(hidden, length, nameof(hidden));
        executor.Rows(
            new LstmForward<TFloats>
            {
                PreActivations = TFloats.Of(preActivations),
                Cell = TFloats.Of(cell),
                Gates = TFloats.Of(gates),
                NewCell = TFloats.Of(newCell),
                Hidden = TFloats.Of(hidden),
                Width = width,
            },
            rows,
            15 * width,
            Aligned.To4(width, preActivations, cell, gates, newCell, hidden));
    }

    public override void Backward(
        DeviceView<float> gates,
        DeviceView<float> cell,
        DeviceView<float> newCell,
        DeviceView<float> hiddenGradient,
        DeviceView<float> newCellGradient,
        DeviceView<float> preActivationGradient,
        DeviceView<float> cellGradient,
        int rows,
        int width)
    {
        int length = Lengths.Of(rows, width), gateLength = Lengths.Of(rows, Lengths.Of(4, width));
        Lengths.AtLeast(gates, gateLength, nameof(gates));
        Lengths.AtLeast(cell, length, nameof(cell));
        Lengths.AtLeast(newCell, length, nameof(newCell));
        Lengths.AtLeastIfPresent(hiddenGradient, length, nameof(hiddenGradient));
        Lengths.AtLeastIfPresent(newCellGradient, length, nameof(newCellGradient));
        Lengths.AtLeast(preActivationGradient, gateLength, nameof(preActivationGradient));
        Lengths.AtLeastIfPresent(cellGradient, length, nameof(cellGradient));
        executor.Rows(
            new LstmBackward<TFloats>
            {
                Gates = TFloats.Of(gates),
                Cell = TFloats.Of(cell),
                NewCell = TFloats.Of(newCell),
                HiddenGradient = TFloats.Of(hiddenGradient.IsAbsent ? cell : hiddenGradient),
                NewCellGradient = TFloats.Of(newCellGradient.IsAbsent ? cell : newCellGradient),
                InputGradient = TFloats.Of(preActivationGradient),
                CellGradient = TFloats.Of(cellGradient.IsAbsent ? preActivationGradient : cellGradient),
                Width = width,
                HasHidden = hiddenGradient.IsAbsent ? 0 : 1,
                HasNewCell = newCellGradient.IsAbsent ? 0 : 1,
                HasCell = cellGradient.IsAbsent ? 0 : 1,
            },
            rows,
            15 * width,
            Aligned.To4(width, gates, cell, newCell, hiddenGradient, newCellGradient, preActivationGradient, cellGradient));
    }
}
