using Ctm.Engine.Autograd;
using Ctm.Kernels.Attention;
using Ctm.Kernels.Devices;

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
    private readonly float dropout;
    private Tensor? all;
    private IReadOnlyList<Tensor> inputs = [];
    private int batch;

    /// <summary>Creates the block.</summary>
    /// <param name="set">Receives the parameters.</param>
    /// <param name="name">Prefix of their names.</param>
    /// <param name="width">Width E of query, tokens and output.</param>
    /// <param name="heads">Number of heads, a divisor of the width.</param>
    /// <param name="dropout">Probability with which a weight is dropped in training; the others are scaled up.</param>
    public SingleQueryAttention(ParameterSet set, string name, int width, int heads, float dropout = 0f)
    {
        this.dropout = dropout;
        projections = new AttentionProjections(set, name, width, heads);
        Width = width;
        Heads = heads;
    }

    /// <summary>Width E of query, tokens and output.</summary>
    public int Width { get; }

    /// <summary>Number of heads.</summary>
    public int Heads { get; }

    /// <summary>The layer that queries pass first.</summary>
    internal Linear Query => projections.Query;

    /// <summary>The layer that what was found passes last.</summary>
    internal Linear Output => projections.Output;

    /// <summary>Attention weights of the latest call as they were used, after dropout, shape [batch, heads * tokens].</summary>
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

    /// <summary>Goes on with the tokens of some samples, which have one input.</summary>
    internal void GoOn(Tape next, RowChoice samples)
    {
        all = samples.Of(next, all!);
        inputs = [all];
        batch = samples.Count;
    }

    /// <summary>Attends to the tokens.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="query">The query, shape [batch, E].</param>
    /// <param name="input">Number of the input, from 0.</param>
    /// <returns>Shape [batch, E].</returns>
    public Tensor Forward(Tape tape, Tensor query, int input = 0) =>
        projections.Output.Forward(tape, Attend(tape, projections.Query.Forward(tape, query), input));

    /// <summary>Attends, between the block's first and last layers.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="q">The query behind <see cref="Query"/>, shape [batch, E].</param>
    /// <param name="input">Number of the input, from 0.</param>
    /// <returns>What goes into <see cref="Output"/>, shape [batch, E].</returns>
    internal Tensor Attend(Tape tape, Tensor q, int input = 0)
    {
        Tensor tokens = inputs[input];
        int count = tokens.Rows / batch;
        Tensor weights = tape.New(batch, Heads * count, needsGradient: false), attended = tape.New(batch, Width);
        var shape = new AttentionShape(batch, count, Heads, Width);
        tape.Device.Attention.Forward(q.Data, tokens.Data, weights.Data, attended.Data, shape);
        Weights = weights;
        ulong stream = 0;
        if (tape.Training && dropout > 0f)
        {
            stream = tape.NextStream();
            Weights = tape.New(batch, Heads * count, needsGradient: false);
            tape.Device.Random.DropoutForward(weights.Data, Weights.Data, dropout, tape.Seed, stream);
            tape.Device.Attention.WeighValues(Weights.Data, tokens.Data, attended.Data, shape);
        }

        if (tape.Recording)
        {
            var node = tape.Record<AttentionNode>();
            node.Block = this;
            node.Input = input;
            node.Query = q;
            node.Weights = weights;
            node.UsedWeights = Weights;
            node.Stream = stream;
            node.Output = attended;
        }

        return attended;
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

        AttentionKernels kernels = tape.Device.Attention;
        DeviceView<float> weights = node.Weights!.Data, scores = node.Weights!.Gradient;
        var shape = new AttentionShape(batch, tokens.Rows / batch, Heads, Width);
        if (node.UsedWeights == node.Weights)
        {
            kernels.BackwardQuery(result.Gradient, q.Data, tokens.Data, weights, scores, q.Gradient, shape);
        }
        else
        {
            kernels.BackwardWeights(result.Gradient, tokens.Data, scores, shape);
            tape.Device.Random.DropoutBackward(scores, scores, dropout, tape.Seed, node.Stream);
            kernels.BackwardScores(tokens.Data, weights, scores, q.Gradient, shape);
        }

        q.MarkGradient();
        runs[node.Input].Add(batch, result.Gradient, q.Data, node.UsedWeights!.Data, scores);
        tape.Defer(this);
    }

    private sealed class AttentionNode : Node
    {
        public SingleQueryAttention? Block { get; set; }

        public int Input { get; set; }

        public Tensor? Query { get; set; }

        /// <summary>The softmax; its gradient's place takes the gradient of the scores.</summary>
        public Tensor? Weights { get; set; }

        /// <summary>The same, or what dropout left of it.</summary>
        public Tensor? UsedWeights { get; set; }

        public ulong Stream { get; set; }

        public Tensor? Output { get; set; }

        public override void Backward(Tape tape) => Block!.Backward(tape, this);
    }
}
