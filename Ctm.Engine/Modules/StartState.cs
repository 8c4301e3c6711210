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

    /// <summary>States that start anew where an episode has ended: (1 - done) state + done vector.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="state">As many values a sample as the vector has, samples one after another, in a matrix of any shape.</param>
    /// <param name="done">1 where an episode has ended, else 0, a value a sample; kept by the caller until the backward pass.</param>
    /// <returns>The shape of <paramref name="state"/>.</returns>
    public Tensor Blend(Tape tape, Tensor state, DeviceView<float> done)
    {
        int count = state.Length / value.Length;
        Tensor output = tape.New(state.Rows, state.Columns);
        tape.Device.Elementwise.BlendRows(state.Data, value.Data, done, output.Data, count, value.Length);
        if (tape.Recording)
        {
            var node = tape.Record<BlendNode>();
            node.Value = value;
            node.State = state;
            node.Done = done;
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

    private sealed class BlendNode : Node
    {
        public Parameter? Value { get; set; }

        public Tensor? State { get; set; }

        public DeviceView<float> Done { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (!Output!.HasGradient)
            {
                return;
            }

            int width = Value!.Length;
            bool passes = State!.NeedsGradient;
            tape.Device.Elementwise.BlendRowsBackward(
                Output.Gradient,
                Done,
                passes ? State.Gradient : default,
                Value.Gradient,
                Output.Length / width,
                width,
                State.HasGradient);
            if (passes)
            {
                State.MarkGradient();
            }
        }
    }
}
