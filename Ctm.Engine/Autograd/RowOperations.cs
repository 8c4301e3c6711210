using Ctm.Kernels.Devices;

namespace Ctm.Engine.Autograd;

/// <summary>Parts of tensors.</summary>
public static class RowOperations
{
    /// <summary>The rows in equal blocks, without a copy: the blocks share the memory of the input.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [blocks * rows, columns].</param>
    /// <param name="blocks">Number of blocks; a tensor can be split into one number of them a step.</param>
    /// <returns>The blocks, shape [rows, columns] each.</returns>
    /// <exception cref="ArgumentException">When the rows are no multiple of the number of blocks.</exception>
    public static IReadOnlyList<Tensor> Split(this Tape tape, Tensor input, int blocks)
    {
        Tensor[] parts = input.Blocks(blocks);
        if (tape.Recording)
        {
            var node = tape.Record<SplitNode>();
            node.Input = input;
            node.Parts = parts;
        }

        return parts;
    }

    /// <summary>A stretch of the values, row-major, taken for a matrix of any shape; a copy.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Any shape.</param>
    /// <param name="first">The first value, from 0.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <returns>Shape [rows, columns].</returns>
    /// <exception cref="ArgumentException">When the stretch ends behind the input.</exception>
    public static Tensor Stretch(this Tape tape, Tensor input, int first, int rows, int columns)
    {
        int last = first + (rows * columns) - 1;
        if (first < 0 || last >= input.Length)
        {
            throw new ArgumentException($"Values {first} to {last} are wanted, there are {input.Length}.", nameof(input));
        }

        Tensor output = tape.New(rows, columns);
        tape.Device.Elementwise.Copy(input.Data.Slice(first, output.Length), output.Data);
        if (tape.Recording)
        {
            var node = tape.Record<StretchNode>();
            node.Input = input;
            node.Output = output;
            node.First = first;
        }

        return output;
    }

    /// <summary>Makes the gradients of the blocks one gradient: blocks without any count as 0 where others have one.</summary>
    private sealed class SplitNode : Node
    {
        public Tensor? Input { get; set; }

        public Tensor[] Parts { get; set; } = [];

        public override void Backward(Tape tape)
        {
            if (!Input!.NeedsGradient || !Array.Exists(Parts, p => p.HasGradient))
            {
                return;
            }

            foreach (Tensor part in Parts)
            {
                if (!part.HasGradient)
                {
                    tape.Device.Elementwise.Fill(part.Gradient, 0f);
                }
            }

            Input.MarkGradient();
        }
    }

    private sealed class StretchNode : Node
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

            if (!Input.HasGradient && Output.Length < Input.Length)
            {
                tape.Device.Elementwise.Fill(Input.Gradient, 0f);
                Input.MarkGradient();
            }

            DeviceView<float> target = Input.Gradient.Slice(First, Output.Length);
            if (Input.HasGradient)
            {
                tape.Device.Elementwise.Accumulate(Output.Gradient, 1f, target);
            }
            else
            {
                tape.Device.Elementwise.Copy(Output.Gradient, target);
                Input.MarkGradient();
            }
        }
    }
}
