using Ctm.Engine.Autograd;
using Ctm.Kernels.Attention;

namespace Ctm.Engine.Modules;

/// <summary>
/// Multi-head attention of a sample's tokens to one another, parameters as PyTorch's MultiheadAttention packs them
/// (<c>in_proj_weight</c>, <c>in_proj_bias</c>, <c>out_proj</c>).
/// </summary>
public sealed class SelfAttention
{
    private readonly AttentionProjections projections;
    private readonly int width, heads;

    /// <summary>Creates the block.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="width">Width E of the tokens.</param>
    /// <param name="heads">Number of heads, a divisor of the width.</param>
    /// <exception cref="ArgumentException">When it is none.</exception>
    public SelfAttention(ParameterSet set, string name, int width, int heads)
    {
        projections = new AttentionProjections(set, name, width, heads);
        this.width = width;
        this.heads = heads;
    }

    /// <summary>Applies the block.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="tokens">Shape [batch * tokens, E].</param>
    /// <param name="batch">Number of samples.</param>
    /// <returns>Shape [batch * tokens, E].</returns>
    public Tensor Forward(Tape tape, Tensor tokens, int batch)
    {
        int count = tokens.Rows / batch;
        var shape = new AttentionShape(batch, count, heads, width) { Queries = count };
        Tensor queries = projections.Query.Forward(tape, tokens), keysValues = projections.KeysValues.Forward(tape, tokens);
        Tensor weights = tape.New(tokens.Rows, heads * count, needsGradient: false), attended = tape.New(tokens.Rows, width);
        tape.Device.Attention.Forward(queries.Data, keysValues.Data, weights.Data, attended.Data, shape);
        if (tape.Recording)
        {
            var node = tape.Record<AttentionNode>();
            node.Shape = shape;
            node.Queries = queries;
            node.KeysValues = keysValues;
            node.Weights = weights;
            node.Output = attended;
        }

        return projections.Output.Forward(tape, attended);
    }

    private sealed class AttentionNode : Node
    {
        public AttentionShape Shape { get; set; }

        public Tensor? Queries { get; set; }

        public Tensor? KeysValues { get; set; }

        public Tensor? Weights { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape)
        {
            Tensor queries = Queries!, keysValues = KeysValues!, weights = Weights!, output = Output!;
            if (!output.HasGradient)
            {
                return;
            }

            // The scores' gradient is needed within this call only. Queries, keys and values have no other consumer.
            var scores = tape.Scratch(weights.Length);
            AttentionKernels kernels = tape.Device.Attention;
            kernels.BackwardQuery(output.Gradient, queries.Data, keysValues.Data, weights.Data, scores, queries.Gradient, Shape);
            queries.MarkGradient();
            tape.Device.Elementwise.Fill(keysValues.Gradient, 0f);
            kernels.BackwardKeysValues(output.Gradient, queries.Data, weights.Data, scores, keysValues.Gradient, 1, Shape);
            keysValues.MarkGradient();
        }
    }
}
