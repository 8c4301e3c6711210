namespace Ctm.Engine.Autograd;

/// <content>Blocks of rows.</content>
public static partial class Operations
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
}
