using Ctm.Engine.Autograd;
using Ctm.Kernels.Devices;

namespace Ctm.Engine.Modules;

/// <summary>A learned vector that every sample starts with.</summary>
public sealed class StartState
{
    private readonly Parameter value;
    private readonly int first, length;

    /// <summary>All of a parameter.</summary>
    public StartState(Parameter value)
        : this(value, 0, value.Length)
    {
    }

    /// <summary>A part of a parameter, such as one layer's row.</summary>
    public StartState(Parameter value, int first, int length)
    {
        this.value = value;
        this.first = first;
        this.length = length;
    }

    /// <summary>The vector in every row.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Shape [rows, length].</returns>
    public Tensor Forward(Tape tape, int rows) => Forward(tape, rows, length);

    /// <summary>The vector <paramref name="copies"/> times, taken for a matrix of another width.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="copies">How often the vector is there.</param>
    /// <param name="columns">Columns of the result, a divisor of the length.</param>
    /// <returns>Shape [copies * length / columns, columns].</returns>
    public Tensor Forward(Tape tape, int copies, int columns)
    {
        Tensor output = tape.New(copies * (length / columns), columns);
        tape.Device.Elementwise.BroadcastRows(value.Data.Slice(first, length), output.Data, copies, length);
        if (tape.Recording)
        {
            var node = tape.Record<StartNode>();
            node.State = this;
            node.Output = output;
        }

        return output;
    }

    private sealed class StartNode : Node
    {
        public StartState? State { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient)
            {
                int length = State!.length;
                DeviceView<float> gradient = State.value.Gradient.Slice(State.first, length);
                tape.Device.Elementwise.SumRows(Output.Gradient, gradient, Output.Length / length, length, accumulate: true);
            }
        }
    }
}
