using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>Operations without parameters.</summary>
public static partial class Operations
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

    /// <summary>x * sigmoid(x).</summary>
    public static Tensor Silu(this Tape tape, Tensor input)
    {
        Tensor output = tape.New(input.Rows, input.Columns);
        tape.Device.Activations.SiluForward(input.Data, output.Data);
        Record<SiluNode>(tape, input, output);
        return output;
    }

    /// <summary>factor * x.</summary>
    public static Tensor Scale(this Tape tape, Tensor input, float factor)
    {
        Tensor output = tape.New(input.Rows, input.Columns);
        tape.Device.Elementwise.Copy(input.Data, output.Data);
        tape.Device.Elementwise.Scale(output.Data, factor);
        if (tape.Recording)
        {
            var node = tape.Record<ScaleNode>();
            node.Input = input;
            node.Output = output;
            node.Factor = factor;
        }

        return output;
    }

    /// <summary>left + right, of the same shape.</summary>
    /// <exception cref="ArgumentException">When the shapes differ.</exception>
    public static Tensor Add(this Tape tape, Tensor left, Tensor right)
    {
        if (left.Rows != right.Rows || left.Columns != right.Columns)
        {
            throw new ArgumentException($"[{left.Rows}, {left.Columns}] and [{right.Rows}, {right.Columns}] are not of one shape.");
        }

        Tensor output = tape.New(left.Rows, left.Columns);
        tape.Device.Elementwise.Add(left.Data, right.Data, output.Data);
        if (tape.Recording)
        {
            var node = tape.Record<AddNode>();
            node.Left = left;
            node.Right = right;
            node.Output = output;
        }

        return output;
    }

    /// <summary>Zeroes values with a probability and scales the rest, in training steps; else returns the input.</summary>
    public static Tensor Dropout(this Tape tape, Tensor input, float probability)
    {
        if (!tape.Training || probability <= 0f)
        {
            return input;
        }

        Tensor output = tape.New(input.Rows, input.Columns);
        ulong stream = tape.NextStream();
        tape.Device.Random.DropoutForward(input.Data, output.Data, probability, tape.Seed, stream);
        if (tape.Recording)
        {
            var node = tape.Record<DropoutNode>();
            node.Input = input;
            node.Output = output;
            node.Probability = probability;
            node.Stream = stream;
        }

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

    private sealed class SiluNode : UnaryNode
    {
        protected override void Backward(Tape tape, DeviceView<float> inputGradient) =>
            tape.Device.Activations.SiluBackward(Input!.Data, Output!.Gradient, inputGradient);
    }

    private sealed class ScaleNode : UnaryNode
    {
        public float Factor { get; set; }

        protected override void Backward(Tape tape, DeviceView<float> inputGradient)
        {
            tape.Device.Elementwise.Copy(Output!.Gradient, inputGradient);
            tape.Device.Elementwise.Scale(inputGradient, Factor);
        }
    }

    private sealed class AddNode : Node
    {
        public Tensor? Left { get; set; }

        public Tensor? Right { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient)
            {
                Share(tape, Left!, Output);
                Share(tape, Right!, Output);
            }
        }

        private static void Share(Tape tape, Tensor summand, Tensor output)
        {
            if (!summand.NeedsGradient)
            {
                return;
            }

            if (summand.HasGradient)
            {
                tape.Device.Elementwise.Accumulate(output.Gradient, 1f, summand.Gradient);
            }
            else
            {
                tape.Device.Elementwise.Copy(output.Gradient, summand.Gradient);
            }

            summand.MarkGradient();
        }
    }

    private sealed class DropoutNode : UnaryNode
    {
        public float Probability { get; set; }

        public ulong Stream { get; set; }

        protected override void Backward(Tape tape, DeviceView<float> inputGradient) =>
            tape.Device.Random.DropoutBackward(Output!.Gradient, inputGradient, Probability, tape.Seed, Stream);
    }
}
