using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>A learned vector that every sample starts with.</summary>
public sealed class StartState(Parameter value)
{
    /// <summary>The vector in every row.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Shape [rows, length].</returns>
    public Tensor Forward(Tape tape, int rows) => Forward(tape, rows, value.Length);

    /// <summary>The vector <paramref name="copies"/> times, taken for a matrix of another width.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="copies">How often the vector is there.</param>
    /// <param name="columns">Columns of the result, a divisor of the length.</param>
    /// <returns>Shape [copies * length / columns, columns].</returns>
    public Tensor Forward(Tape tape, int copies, int columns)
    {
        Tensor output = tape.New(copies * (value.Length / columns), columns);
        tape.Device.Elementwise.BroadcastRows(value.Data, output.Data, copies, value.Length);
        if (tape.Recording)
        {
            var node = tape.Record<StartNode>();
            node.Value = value;
            node.Output = output;
        }

        return output;
    }

    private sealed class StartNode : Node
    {
        public Parameter? Value { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient)
            {
                tape.Device.Elementwise.SumRows(Output.Gradient, Value!.Gradient, Output.Length / Value.Length, Value.Length, accumulate: true);
            }
        }
    }
}
