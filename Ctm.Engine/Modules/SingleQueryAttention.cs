using Ctm.Engine.Autograd;
using Ctm.Kernels.Attention;

namespace Ctm.Engine.Modules;

/// <summary>
/// Multi-head attention with one query a sample and tick, parameters as PyTorch's MultiheadAttention packs them
/// (<c>in_proj_weight</c>, <c>in_proj_bias</c>, <c>out_proj</c>). Keys and values are projected once a forward pass; their
/// gradient is formed once over all ticks.
/// </summary>
public sealed class SingleQueryAttention : IDeferred
{
    private readonly AttentionProjections projections;
    private readonly int heads, width;
    private readonly SlabRuns runs = new();
    private Tensor? tokens;
    private int batch;

    /// <summary>Creates the block.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="width">Width E of query, tokens and output.</param>
    /// <param name="heads">Number of heads, a divisor of the width.</param>
    public SingleQueryAttention(ParameterSet set, string name, int width, int heads)
    {
        projections = new AttentionProjections(set, name, width, heads);
        this.width = width;
        this.heads = heads;
    }

    /// <summary>Attention weights of the latest call, shape [batch, heads * tokens].</summary>
    public Tensor? Weights { get; private set; }

    /// <summary>Projects the tokens of a forward pass.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="tokens">Shape [batch * tokens, E].</param>
    /// <param name="batch">Number of samples.</param>
    public void Begin(Tape tape, Tensor tokens, int batch)
    {
        this.tokens = projections.KeysValues.Forward(tape, tokens);
        this.batch = batch;
    }

    /// <summary>Attends to the tokens.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">The query, shape [batch, E].</param>
    /// <returns>Shape [batch, E].</returns>
    public Tensor Forward(Tape tape, Tensor input)
    {
        int count = tokens!.Rows / batch;
        Tensor q = projections.Query.Forward(tape, input);
        Tensor weights = tape.New(batch, heads * count, needsGradient: false), attended = tape.New(batch, width);
        tape.Device.Attention.Forward(q.Data, tokens.Data, weights.Data, attended.Data, new AttentionShape(batch, count, heads, width));
        Weights = weights;
        if (tape.Recording)
        {
            var node = tape.Record<AttentionNode>();
            node.Block = this;
            node.Query = q;
            node.Weights = weights;
            node.ScoreGradient = tape.New(batch, heads * count, needsGradient: false);
            node.Output = attended;
        }

        return projections.Output.Forward(tape, attended);
    }

    void IDeferred.Flush(Tape tape)
    {
        Tensor kv = tokens!;
        if (runs.Count > 0 && !kv.HasGradient)
        {
            tape.Device.Elementwise.Fill(kv.Gradient, 0f);
            kv.MarkGradient();
        }

        for (int i = 0; i < runs.Count; i++)
        {
            SlabRuns.Run run = runs[i];
            tape.Device.Attention.BackwardKeysValues(
                run.A, run.B, run.C, run.D, kv.Gradient, run.Rows / batch, new AttentionShape(batch, kv.Rows / batch, heads, width));
        }

        runs.Clear();
    }

    private void Backward(Tape tape, AttentionNode node)
    {
        Tensor q = node.Query!, result = node.Output!;
        if (!result.HasGradient)
        {
            return;
        }

        tape.Device.Attention.BackwardQuery(
            result.Gradient,
            q.Data,
            tokens!.Data,
            node.Weights!.Data,
            node.ScoreGradient!.Data,
            q.Gradient,
            new AttentionShape(batch, tokens.Rows / batch, heads, width));
        q.MarkGradient();
        runs.Add(batch, result.Gradient, q.Data, node.Weights.Data, node.ScoreGradient.Data);
        tape.Defer(this);
    }

    private sealed class AttentionNode : Node
    {
        public SingleQueryAttention? Block { get; set; }

        public Tensor? Query { get; set; }

        public Tensor? Weights { get; set; }

        public Tensor? ScoreGradient { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape) => Block!.Backward(tape, this);
    }
}
