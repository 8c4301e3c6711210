using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>Operations without parameters.</summary>
public static class Operations
{
    /// <summary>Gated linear unit: the left half of the columns times the sigmoid of the right half.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [rows, 2 * width].</param>
    /// <returns>Shape [rows, width].</returns>
    public static Tensor Glu(this Tape tape, Tensor input) => tape.Glu(input, input.Rows);

    /// <summary>As <see cref="Glu(Tape, Tensor)"/>, with the result, row-major, taken for a matrix of another number of rows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [a, 2 * width].</param>
    /// <param name="rows">Rows of the result, a divisor of a * width.</param>
    /// <returns>Shape [rows, a * width / rows].</returns>
    public static Tensor Glu(this Tape tape, Tensor input, int rows)
    {
        int width = input.Columns / 2;
        Tensor output = tape.New(rows, input.Rows * width / rows);
        tape.Device.Activations.GluForward(input.Data, output.Data, input.Rows, width);
        Record<GluNode>(tape, input, output);
        return output;
    }

    /// <summary>max(x, 0).</summary>
    public static Tensor Relu(this Tape tape, Tensor input)
    {
        Tensor output = tape.New(input.Rows, input.Columns);
        tape.Device.Activations.ReluForward(input.Data, output.Data);
        Record<ReluNode>(tape, input, output);
        return output;
    }

    /// <summary>Columns of both, side by side.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="left">Shape [rows, a].</param>
    /// <param name="right">Shape [rows, b].</param>
    /// <returns>Shape [rows, a + b].</returns>
    public static Tensor Concatenate(this Tape tape, Tensor left, Tensor right)
    {
        Tensor output = tape.New(left.Rows, left.Columns + right.Columns);
        tape.Device.Elementwise.CopyColumns(
            left.Data, left.Columns, 0, output.Data, output.Columns, 0, left.Rows, left.Columns, accumulate: false);
        tape.Device.Elementwise.CopyColumns(
            right.Data, right.Columns, 0, output.Data, output.Columns, left.Columns, left.Rows, right.Columns, accumulate: false);
        if (tape.Recording)
        {
            var node = tape.Record<ConcatenateNode>();
            node.Left = left;
            node.Right = right;
            node.Output = output;
        }

        return output;
    }

    /// <summary>
    /// Windows that move on by one value: each row loses its first value, the others move to the front, and one is appended.
    /// Copies the whole window.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="window">Shape [rows, length].</param>
    /// <param name="appended">One value a row, in a matrix of any shape.</param>
    /// <returns>Shape [rows, length].</returns>
    public static Tensor ShiftAndAppend(this Tape tape, Tensor window, Tensor appended)
    {
        if (appended.Length != window.Rows)
        {
            throw new ArgumentException($"{window.Rows} windows take one value each, there are {appended.Length}.", nameof(appended));
        }

        int rows = window.Rows, length = window.Columns;
        Tensor output = tape.New(rows, length);
        tape.Device.Elementwise.CopyColumns(window.Data, length, 1, output.Data, length, 0, rows, length - 1, accumulate: false);
        tape.Device.Elementwise.CopyColumns(appended.Data, 1, 0, output.Data, length, length - 1, rows, 1, accumulate: false);
        if (tape.Recording)
        {
            var node = tape.Record<ShiftNode>();
            node.Window = window;
            node.Appended = appended;
            node.Output = output;
        }

        return output;
    }

    /// <summary>Zeroes values with a probability and scales the rest, while the tape records; else returns the input.</summary>
    public static Tensor Dropout(this Tape tape, Tensor input, float probability)
    {
        if (!tape.Recording || probability <= 0f)
        {
            return input;
        }

        Tensor output = tape.New(input.Rows, input.Columns);
        var node = tape.Record<DropoutNode>();
        node.Input = input;
        node.Output = output;
        node.Probability = probability;

        // A step draws at most 2^32 masks; each has a stream of its own.
        node.Stream = ((ulong)tape.Step << 32) | tape.NextDraw++;
        tape.Device.Random.DropoutForward(input.Data, output.Data, probability, tape.Seed, node.Stream);
        return output;
    }

    private static void Record<TNode>(Tape tape, Tensor input, Tensor output)
        where TNode : UnaryNode, new()
    {
        if (tape.Recording)
        {
            var node = tape.Record<TNode>();
            node.Input = input;
            node.Output = output;
        }
    }

    private abstract class UnaryNode : Node
    {
        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public sealed override void Backward(Tape tape)
        {
            if (Output!.HasGradient && Input!.NeedsGradient)
            {
                Backward(tape, tape.Target(Input));
                tape.Deliver(Input);
            }
        }

        protected abstract void Backward(Tape tape, DeviceView<float> inputGradient);
    }

    private sealed class GluNode : UnaryNode
    {
        protected override void Backward(Tape tape, DeviceView<float> inputGradient) => tape.Device.Activations.GluBackward(
            Input!.Data, Output!.Gradient, inputGradient, Input.Rows, Input.Columns / 2);
    }

    private sealed class ReluNode : UnaryNode
    {
        protected override void Backward(Tape tape, DeviceView<float> inputGradient) =>
            tape.Device.Activations.ReluBackward(Output!.Data, Output.Gradient, inputGradient);
    }

    private sealed class DropoutNode : UnaryNode
    {
        public float Probability { get; set; }

        public ulong Stream { get; set; }

        protected override void Backward(Tape tape, DeviceView<float> inputGradient) =>
            tape.Device.Random.DropoutBackward(Output!.Gradient, inputGradient, Probability, tape.Seed, Stream);
    }

    private sealed class ConcatenateNode : Node
    {
        public Tensor? Left { get; set; }

        public Tensor? Right { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient)
            {
                Share(tape, Left!, 0);
                Share(tape, Right!, Left!.Columns);
            }
        }

        private void Share(Tape tape, Tensor part, int column)
        {
            if (part.NeedsGradient)
            {
                tape.Device.Elementwise.CopyColumns(
                    Output!.Gradient, Output.Columns, column, part.Gradient, part.Columns, 0, part.Rows, part.Columns, part.HasGradient);
                part.MarkGradient();
            }
        }
    }

    private sealed class ShiftNode : Node
    {
        public Tensor? Window { get; set; }

        public Tensor? Appended { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (!Output!.HasGradient)
            {
                return;
            }

            int rows = Output.Rows, length = Output.Columns;
            if (Window!.NeedsGradient)
            {
                if (!Window.HasGradient)
                {
                    tape.Device.Elementwise.Fill(Window.Gradient, 0f);
                }

                tape.Device.Elementwise.CopyColumns(
                    Output.Gradient, length, 0, Window.Gradient, length, 1, rows, length - 1, accumulate: true);
                Window.MarkGradient();
            }

            if (Appended!.NeedsGradient)
            {
                tape.Device.Elementwise.CopyColumns(
                    Output.Gradient, length, length - 1, Appended.Gradient, 1, 0, rows, 1, Appended.HasGradient);
                Appended.MarkGradient();
            }
        }
    }
}
