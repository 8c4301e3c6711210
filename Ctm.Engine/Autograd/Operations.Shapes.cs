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
        Record<CopyNode>(tape, input, output);
        return output;
    }

    /// <summary>Some columns of a matrix, or of its values, row-major, taken for a matrix of another number of rows.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="rows">Rows that the input is taken to have, a divisor of its length.</param>
    /// <param name="first">First column.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="keep">As in <see cref="Tape.New"/>.</param>
    /// <returns>Shape [rows, columns].</returns>
    public static Tensor Slice(this Tape tape, Tensor input, int rows, int first, int columns, bool keep = false)
    {
        Tensor output = tape.New(rows, columns, keep: keep);
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
    /// Windows that move on: each row loses its first values, the others move to the front, and as many are appended. Copies the whole
    /// window.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="window">Shape [rows, length].</param>
    /// <param name="appended">One value a row each, in matrices of any shape, oldest first; may be more than the window is long.</param>
    /// <returns>Shape [rows, length].</returns>
    public static Tensor ShiftAndAppend(this Tape tape, Tensor window, params ReadOnlySpan<Tensor> appended)
    {
        foreach (Tensor values in appended)
        {
            if (values.Length != window.Rows)
            {
                throw new ArgumentException($"{window.Rows} windows take one value each, there are {values.Length}.", nameof(appended));
            }
        }

        int rows = window.Rows, length = window.Columns, kept = Math.Max(0, length - appended.Length);
        Tensor output = tape.New(rows, length);
        if (kept > 0)
        {
            tape.Device.Elementwise.CopyColumns(
                window.Data, length, length - kept, output.Data, length, 0, rows, kept, accumulate: false);
        }

        for (int i = Math.Max(0, appended.Length - length); i < appended.Length; i++)
        {
            tape.Device.Elementwise.CopyColumns(
                appended[i].Data, 1, 0, output.Data, length, length - appended.Length + i, rows, 1, accumulate: false);
        }

        if (tape.Recording)
        {
            var node = tape.Record<ShiftNode>();
            node.Window = window;
            node.Appended.Clear();
            node.Appended.AddRange(appended);
            node.Output = output;
        }

        return output;
    }

    /// <summary>Records that a tensor has been copied to another of the same length.</summary>
    internal static void RecordCopy(this Tape tape, Tensor input, Tensor output) => Record<CopyNode>(tape, input, output);

    /// <summary>Makes a gradient 0 where none has arrived, so that parts can be added to it.</summary>
    internal static void StartGradient(this Tape tape, Tensor tensor)
    {
        if (!tensor.HasGradient)
        {
            tape.Device.Elementwise.Fill(tensor.Gradient, 0f);
            tensor.MarkGradient();
        }
    }

    private sealed class CopyNode : UnaryNode
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

            int rows = Output.Rows, columns = Output.Columns;
            tape.StartGradient(Input);
            tape.Device.Elementwise.CopyColumns(
                Output.Gradient, columns, 0, Input.Gradient, Input.Length / rows, First, rows, columns, accumulate: true);
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

        public List<Tensor> Appended { get; } = [];

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (!Output!.HasGradient)
            {
                return;
            }

            int rows = Output.Rows, length = Output.Columns, kept = Math.Max(0, length - Appended.Count);
            DeviceView<float> gradient = Output.Gradient;
            if (kept > 0 && Window!.NeedsGradient)
            {
                tape.StartGradient(Window);
                tape.Device.Elementwise.CopyColumns(
                    gradient, length, 0, Window.Gradient, length, length - kept, rows, kept, accumulate: true);
            }

            for (int i = Math.Max(0, Appended.Count - length); i < Appended.Count; i++)
            {
                Tensor values = Appended[i];
                if (values.NeedsGradient)
                {
                    tape.Device.Elementwise.CopyColumns(
                        gradient, length, length - Appended.Count + i, values.Gradient, 1, 0, rows, 1, values.HasGradient);
                    values.MarkGradient();
                }
            }
        }
    }
}
