using Ctm.Engine.Autograd;

namespace Ctm.Engine.Modules;

/// <summary>A learned vector that every sample starts with.</summary>
public sealed class StartState(Parameter value)
{
    /// <summary>The vector in every row.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>Shape [rows, length].</returns>
    public Tensor Forward(Tape tape, int rows)
    {
        Tensor output = tape.New(rows, value.Length);
        tape.Device.Elementwise.BroadcastRows(value.Data, output.Data, rows, value.Length);
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
                tape.Device.Elementwise.SumRows(Output.Gradient, Value!.Gradient, Output.Rows, Output.Columns, accumulate: true);
            }
        }
    }
}
