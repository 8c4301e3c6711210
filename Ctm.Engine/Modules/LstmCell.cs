using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>
/// One layer of an LSTM, gates in PyTorch's order i, f, g, o, with its two biases. The gradients of both weights are formed over
/// all ticks of a recurrence at once.
/// </summary>
public sealed class LstmCell
{
    private readonly Linear input, recurrent;

    /// <summary>
    /// A cell with parameters <c>name.weight_ih</c> [4D, inputs], <c>name.weight_hh</c> [4D, D], <c>name.bias_ih</c> and
    /// <c>name.bias_hh</c> [4D], as PyTorch's LSTMCell.
    /// </summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="inputs">Columns of the input.</param>
    /// <param name="width">Width D of the states.</param>
    /// <param name="suffix">End of their names: <c>_l0</c> and so on for a layer of PyTorch's LSTM.</param>
    public LstmCell(ParameterSet set, string name, int inputs, int width, string suffix = "")
    {
        var start = Initializer.FanIn(width);
        Parameter inputWeight = set.Add($"{name}.weight_ih{suffix}", [4 * width, inputs], start, matrices: 4);
        Parameter recurrentWeight = set.Add($"{name}.weight_hh{suffix}", [4 * width, width], start, matrices: 4);
        Parameter inputBias = set.Add($"{name}.bias_ih{suffix}", [4 * width], start);
        Parameter recurrentBias = set.Add($"{name}.bias_hh{suffix}", [4 * width], start);
        input = new Linear(set, inputWeight, inputBias, 0, 4 * width);
        recurrent = new Linear(set, recurrentWeight, recurrentBias, 0, 4 * width);
        Width = width;
    }

    /// <summary>Width D of the states.</summary>
    public int Width { get; }

    /// <summary>One tick.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [batch, inputs].</param>
    /// <param name="state">The states before.</param>
    /// <returns>The states after; the hidden one is the output.</returns>
    /// <exception cref="ArgumentException">When input or states have another shape.</exception>
    public LstmState Forward(Tape tape, Tensor input, LstmState state)
    {
        (Tensor hidden, Tensor cell) = state;
        if (hidden.Columns != Width || cell.Columns != Width || hidden.Rows != input.Rows || cell.Rows != input.Rows)
        {
            throw new ArgumentException(
                $"The states must be [{input.Rows}, {Width}]: they are [{hidden.Rows}, {hidden.Columns}] and [{cell.Rows}, {cell.Columns}].");
        }

        // The activated gates take the place of their pre-activations, which nothing needs again.
        Tensor gates = recurrent.Forward(tape, hidden, this.input.Forward(tape, input));
        Tensor newCell = tape.New(input.Rows, Width), newHidden = tape.New(input.Rows, Width, keep: true);
        tape.Device.Lstm.Forward(gates.Data, cell.Data, gates.Data, newCell.Data, newHidden.Data, input.Rows, Width);
        if (tape.Recording)
        {
            var node = tape.Record<GateNode>();
            node.Gates = gates;
            node.Cell = cell;
            node.NewCell = newCell;
            node.NewHidden = newHidden;
        }

        return new LstmState(newHidden, newCell);
    }

    private sealed class GateNode : Node
    {
        public Tensor? Gates { get; set; }

        public Tensor? Cell { get; set; }

        public Tensor? NewCell { get; set; }

        public Tensor? NewHidden { get; set; }

        public override void Backward(Tape tape)
        {
            if (!NewHidden!.HasGradient && !NewCell!.HasGradient)
            {
                return;
            }

            static DeviceView<float> Present(Tensor tensor) => tensor.HasGradient ? tensor.Gradient : default;
            DeviceView<float> cellGradient = Cell!.NeedsGradient ? tape.Target(Cell) : default;
            tape.Device.Lstm.Backward(
                Gates!.Data,
                Cell.Data,
                NewCell!.Data,
                Present(NewHidden),
                Present(NewCell),
                Gates.Gradient,
                cellGradient,
                Cell.Rows,
                Cell.Columns);
            Gates.MarkGradient();
            if (Cell.NeedsGradient)
            {
                tape.Deliver(Cell);
            }
        }
    }
}

/// <summary>What an LSTM layer carries from tick to tick.</summary>
/// <param name="Hidden">Hidden state h, shape [batch, D].</param>
/// <param name="Cell">Cell state c, shape [batch, D].</param>
public readonly record struct LstmState(Tensor Hidden, Tensor Cell);
