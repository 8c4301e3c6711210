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
    private readonly List<SlabRuns> runs = [];
    private Tensor? all;
    private IReadOnlyList<Tensor> inputs = [];
    private int batch;

    /// <summary>Creates the block.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="width">Width E of query, tokens and output.</param>
    /// <param name="heads">Number of heads, a divisor of the width.</param>
    public SingleQueryAttention(ParameterSet set, string name, int width, int heads)
    {
        projections = new AttentionProjections(set, name, width, heads);
        Width = width;
        Heads = heads;
    }

    /// <summary>Width E of query, tokens and output.</summary>
    public int Width { get; }

    /// <summary>Number of heads.</summary>
    public int Heads { get; }

    /// <summary>Attention weights of the latest call, shape [batch, heads * tokens].</summary>
    public Tensor? Weights { get; private set; }

    /// <summary>Projects the tokens of a forward pass.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="tokens">Shape [inputs * batch * tokens, E].</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="inputs">Number of inputs that the samples have: a tick attends to one of them.</param>
    public void Begin(Tape tape, Tensor tokens, int batch, int inputs = 1)
    {
        all = projections.KeysValues.Forward(tape, tokens);
        this.inputs = inputs == 1 ? [all] : tape.Split(all, inputs);
        this.batch = batch;
        while (runs.Count < inputs)
        {
            runs.Add(new SlabRuns());
        }
    }

    /// <summary>Attends to the tokens.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="query">The query, shape [batch, E].</param>
    /// <param name="input">Number of the input, from 0.</param>
    /// <returns>Shape [batch, E].</returns>
    public Tensor Forward(Tape tape, Tensor query, int input = 0)
    {
        Tensor tokens = inputs[input];
        int count = tokens.Rows / batch;
        Tensor q = projections.Query.Forward(tape, query);
        Tensor weights = tape.New(batch, Heads * count, needsGradient: false), attended = tape.New(batch, Width);
        tape.Device.Attention.Forward(q.Data, tokens.Data, weights.Data, attended.Data, new AttentionShape(batch, count, Heads, Width));
        Weights = weights;
        if (tape.Recording)
        {
            var node = tape.Record<AttentionNode>();
            node.Block = this;
            node.Input = input;
            node.Query = q;
            node.Weights = weights;
            node.ScoreGradient = tape.New(batch, Heads * count, needsGradient: false);
            node.Output = attended;
        }

        return projections.Output.Forward(tape, attended);
    }

    void IDeferred.Flush(Tape tape)
    {
        if (!all!.HasGradient)
        {
            tape.Device.Elementwise.Fill(all.Gradient, 0f);
            all.MarkGradient();
        }

        for (int input = 0; input < inputs.Count; input++)
        {
            Tensor tokens = inputs[input];
            var shape = new AttentionShape(batch, tokens.Rows / batch, Heads, Width);
            SlabRuns ticks = runs[input];
            for (int i = 0; i < ticks.Count; i++)
            {
                SlabRuns.Run run = ticks[i];
                tape.Device.Attention.BackwardKeysValues(run.A, run.B, run.C, run.D, tokens.Gradient, run.Rows / batch, shape);
            }

            ticks.Clear();
        }
    }

    private void Backward(Tape tape, AttentionNode node)
    {
        Tensor q = node.Query!, result = node.Output!, tokens = inputs[node.Input];
        if (!result.HasGradient)
        {
            return;
        }

        tape.Device.Attention.BackwardQuery(
            result.Gradient,
            q.Data,
            tokens.Data,
            node.Weights!.Data,
            node.ScoreGradient!.Data,
            q.Gradient,
            new AttentionShape(batch, tokens.Rows / batch, Heads, Width));
        q.MarkGradient();
        runs[node.Input].Add(batch, result.Gradient, q.Data, node.Weights.Data, node.ScoreGradient.Data);
        tape.Defer(this);
    }

    private sealed class AttentionNode : Node
    {
        public SingleQueryAttention? Block { get; set; }

        public int Input { get; set; }

        public Tensor? Query { get; set; }

        public Tensor? Weights { get; set; }

        public Tensor? ScoreGradient { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape) => Block!.Backward(tape, this);
    }
}
