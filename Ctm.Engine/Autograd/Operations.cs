using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>Operations without parameters.</summary>
public static class Operations
{
    /// <summary>Gated linear unit: the left half of the columns times the sigmoid of the right half.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [rows, 2 * width].</param>
    /// <returns>Shape [rows, width].</returns>
    public static Tensor Glu(this Tape tape, Tensor input)
    {
        Tensor output = tape.New(input.Rows, input.Columns / 2);
        tape.Device.Activations.GluForward(input.Data, output.Data, output.Rows, output.Columns);
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
            Input!.Data, Output!.Gradient, inputGradient, Output.Rows, Output.Columns);
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
}
