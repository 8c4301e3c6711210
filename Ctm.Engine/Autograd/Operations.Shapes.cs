using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <content>Operations that move values to other places.</content>
public static partial class Operations
{
    /// <summary>A copy, row-major, taken for a matrix of another number of rows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="rows">Rows of the result, a divisor of the length.</param>
    /// <returns>Shape [rows, length / rows].</returns>
    public static Tensor Reshape(this Tape tape, Tensor input, int rows)
    {
        Tensor output = tape.New(rows, input.Length / rows);
        tape.Device.Elementwise.Copy(input.Data, output.Data);
        Record<ReshapeNode>(tape, input, output);
        return output;
    }

    /// <summary>Some columns of a matrix, or of its values, row-major, taken for a matrix of another number of rows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="rows">Rows that the input is taken to have, a divisor of its length.</param>
    /// <param name="first">First column.</param>
    /// <param name="columns">Number of columns.</param>
    /// <returns>Shape [rows, columns].</returns>
    public static Tensor Slice(this Tape tape, Tensor input, int rows, int first, int columns)
    {
        Tensor output = tape.New(rows, columns);
        tape.Device.Elementwise.CopyColumns(
            input.Data, input.Length / rows, first, output.Data, columns, 0, rows, columns, accumulate: false);
        if (tape.Recording)
        {
            var node = tape.Record<SliceNode>();
            node.Input = input;
            node.Output = output;
            node.First = first;
        }

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

    private sealed class ReshapeNode : UnaryNode
    {
        protected override void Backward(Tape tape, DeviceView<float> inputGradient) =>
            tape.Device.Elementwise.Copy(Output!.Gradient, inputGradient);
    }

    private sealed class SliceNode : Node
    {
        public Tensor? Input { get; set; }

        public Tensor? Output { get; set; }

        public int First { get; set; }

        public override void Backward(Tape tape)
        {
            if (!Output!.HasGradient || !Input!.NeedsGradient)
            {
                return;
            }

            if (!Input.HasGradient)
            {
                tape.Device.Elementwise.Fill(Input.Gradient, 0f);
            }

            int rows = Output.Rows, columns = Output.Columns;
            tape.Device.Elementwise.CopyColumns(
                Output.Gradient, columns, 0, Input.Gradient, Input.Length / rows, First, rows, columns, accumulate: true);
            Input.MarkGradient();
        }
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
