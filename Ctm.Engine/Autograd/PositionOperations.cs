using Ctm.Engine.Modules;

namespace Ctm.Engine.Autograd;

/// <summary>Operations that positional embeddings are made of.</summary>
internal static class PositionOperations
{
    /// <summary>Adds one matrix to every sample of a batch.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">Shape [batch * rows, columns].</param>
    /// <param name="shared">Shape [rows, columns].</param>
    /// <returns>Shape [batch * rows, columns].</returns>
    public static Tensor AddToEach(this Tape tape, Tensor input, Tensor shared)
    {
        if (input.Columns != shared.Columns || input.Rows % shared.Rows != 0)
        {
            throw new ArgumentException(
                $"[{shared.Rows}, {shared.Columns}] cannot be added to every sample of [{input.Rows}, {input.Columns}].", nameof(shared));
        }

        Tensor output = tape.New(input.Rows, input.Columns);
        tape.Device.Elementwise.BroadcastRows(shared.Data, output.Data, input.Rows / shared.Rows, shared.Length);
        tape.Device.Elementwise.Accumulate(input.Data, 1f, output.Data);
        if (tape.Recording)
        {
            var node = tape.Record<AddToEachNode>();
            node.Input = input;
            node.Shared = shared;
            node.Output = output;
        }

        return output;
    }

    /// <summary>Cosines and sines of angles, divided by the square root of how many there are in a row.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="angles">Shape [rows, width], in radians.</param>
    /// <returns>Shape [rows, 2 * width]: cosines, then sines.</returns>
    public static Tensor FourierFeatures(this Tape tape, Tensor angles)
    {
        Tensor output = tape.New(angles.Rows, 2 * angles.Columns);
        tape.Device.Activations.FourierForward(angles.Data, output.Data, angles.Rows, angles.Columns);
        if (tape.Recording)
        {
            var node = tape.Record<FourierNode>();
            node.Angles = angles;
            node.Output = output;
        }

        return output;
    }

    /// <summary>The sum of matrices, weighted with the softmax of as many logits.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="logits">Shape [count].</param>
    /// <param name="parts">Shape [count * rows, columns].</param>
    /// <returns>Shape [rows, columns].</returns>
    public static Tensor Mix(this Tape tape, Parameter logits, Tensor parts)
    {
        Tensor output = tape.New(parts.Rows / logits.Length, parts.Columns), weights = tape.New(1, logits.Length, needsGradient: false);
        tape.Device.Mixtures.Forward(logits.Data, parts.Data, weights.Data, output.Data);
        if (tape.Recording)
        {
            var node = tape.Record<MixNode>();
            node.Logits = logits;
            node.Parts = parts;
            node.Weights = weights;
            node.Output = output;
        }

        return output;
    }

    private sealed class AddToEachNode : Node
    {
        public Tensor? Input { get; set; }

        public Tensor? Shared { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (!Output!.HasGradient)
            {
                return;
            }

            if (Shared!.NeedsGradient)
            {
                tape.Device.Elementwise.SumRows(
                    Output.Gradient, Shared.Gradient, Output.Rows / Shared.Rows, Shared.Length, Shared.HasGradient);
                Shared.MarkGradient();
            }

            if (Input!.NeedsGradient)
            {
                tape.Device.Elementwise.Copy(Output.Gradient, tape.Target(Input));
                tape.Deliver(Input);
            }
        }
    }

    private sealed class FourierNode : Node
    {
        public Tensor? Angles { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient && Angles!.NeedsGradient)
            {
                tape.Device.Activations.FourierBackward(
                    Output.Data, Output.Gradient, tape.Target(Angles), Angles.Rows, Angles.Columns);
                tape.Deliver(Angles);
            }
        }
    }

    private sealed class MixNode : Node
    {
        public Parameter? Logits { get; set; }

        public Tensor? Parts { get; set; }

        public Tensor? Weights { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            if (Output!.HasGradient)
            {
                tape.Device.Mixtures.Backward(Parts!.Data, Weights!.Data, Output.Gradient, tape.Target(Parts), Logits!.Gradient);
                tape.Deliver(Parts);
            }
        }
    }
}
