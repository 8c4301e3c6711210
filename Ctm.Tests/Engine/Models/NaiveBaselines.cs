using Ctm.Engine.Files;
using Ctm.Engine.Models;
using Ctm.Tests.Kernels.Lstm;

namespace Ctm.Tests.Engine.Models;

/// <summary>The LSTM baseline in plain double precision.</summary>
internal sealed class NaiveLstm(LstmConfiguration c, StateDictionary state) : NaiveLayers(c, state)
{
    private readonly NaiveSynchronization pairs = new(state, c.NeuronSelection);

    /// <inheritdoc/>
    public override double[][][] Forward(double[] images, int batch, int height, int width)
    {
        double[][][] places = Tokens(images, batch, height, width, c.PositionalEmbedding);
        var predictions = Enumerable.Range(0, c.Ticks).Select(_ => new double[batch][]).ToArray();
        for (int b = 0; b < batch; b++)
        {
            double[][] tokens = [.. places[b].Select(x => LayerNorm(Linear(x, "kv_proj.0"), "kv_proj.1"))];
            double[][] keys = [.. tokens.Select(x => Linear(x, "attention.in_proj", c.InputWidth, c.InputWidth))];
            double[][] values = [.. tokens.Select(x => Linear(x, "attention.in_proj", 2 * c.InputWidth, c.InputWidth))];
            double[][] hidden = [.. Enumerable.Range(0, c.Layers).Select(k => Start("start_hidden_state", k))];
            double[][] cell = [.. Enumerable.Range(0, c.Layers).Select(k => Start("start_cell_state", k))];
            double[] top = c.StateAsInput ? this["start_activated_state"] : hidden[^1];
            var states = new List<double[]> { top };
            for (int t = 0; t < c.Ticks; t++)
            {
                double[] query = Linear(Linear(Read("action", states), "q_proj"), "attention.in_proj", 0, c.InputWidth);
                double[] x = Linear(Attend(query, keys, values, c.Heads), "attention.out_proj");
                x = c.StateAsInput ? [.. x, .. top] : x;
                for (int k = 0; k < c.Layers; k++)
                {
                    double[] fromInput = Gates(x, "ih", k), fromHidden = Gates(hidden[k], "hh", k);
                    (_, cell[k], hidden[k]) = LstmOracle.Forward([.. fromInput.Zip(fromHidden, (p, q) => p + q)], cell[k], c.Width);
                    x = hidden[k];
                }

                top = x;
                states.Add(top);
                predictions[t][b] = Linear(Read("out", states), "output_projector.0");
            }
        }

        return predictions;
    }

    private double[] Read(string kind, List<double[]> states) =>
        c.HasSynchronization ? pairs.Of(kind, this[$"decay_params_{kind}"], states) : states[^1];

    private double[] Start(string name, int layer) =>
        c.StateAsInput ? new double[c.Width] : this[name][(layer * c.Width)..((layer + 1) * c.Width)];

    private double[] Gates(double[] x, string kind, int layer)
    {
        double[] w = this[$"lstm.weight_{kind}_l{layer}"];
        return [.. this[$"lstm.bias_{kind}_l{layer}"].Select((bias, o) => bias + x.Select((v, i) => v * w[(o * x.Length) + i]).Sum())];
    }
}

/// <summary>The feed-forward baseline in plain double precision.</summary>
internal sealed class NaiveFeedForward(FeedForwardConfiguration c, StateDictionary state) : NaiveLayers(c, state)
{
    /// <inheritdoc/>
    public override double[][][] Forward(double[] images, int batch, int height, int width) =>
    [
        [
            .. Tokens(images, batch, height, width, "none").Select(tokens =>
            {
                double[] x = c.Flatten
                    ? Glu(Linear([.. tokens.SelectMany(t => t)], "output_projector.3"))
                    : [.. Linear(Mean(tokens), "output_projector.3").Select(v => Math.Max(0, v))];
                return Linear(x, "output_projector.6");
            }),
        ],
    ];

    private static double[] Mean(double[][] tokens) => [.. Enumerable.Range(0, tokens[0].Length).Select(i => tokens.Average(t => t[i]))];
}

/// <summary>The transformer baseline in plain double precision.</summary>
internal sealed class NaiveTransformer(TransformerConfiguration c, StateDictionary state) : NaiveLayers(c, state)
{
    /// <inheritdoc/>
    public override double[][][] Forward(double[] images, int batch, int height, int width)
    {
        double[][][] places = Tokens(images, batch, height, width, c.PositionalEmbedding);
        var predictions = Enumerable.Range(0, c.Ticks).Select(_ => new double[batch][]).ToArray();
        for (int b = 0; b < batch; b++)
        {
            double[][] x = [this["class_token"], .. places[b].Select(p => Linear(p, "input_projector"))];
            for (int t = 0; t < c.Ticks; t++)
            {
                for (int k = 0; k < c.Layers; k++)
                {
                    x = Block(x, $"blocks.{k}");
                }

                predictions[t][b] = Linear(LayerNorm(x[0], "output_projector.0"), "output_projector.1");
            }
        }

        return predictions;
    }

    private double[][] Block(double[][] x, string name)
    {
        string attention = name + ".attention.in_proj";
        double[][] normal = [.. x.Select(t => LayerNorm(t, name + ".norm1"))];
        double[][] keys = [.. normal.Select(t => Linear(t, attention, c.Width, c.Width))];
        double[][] values = [.. normal.Select(t => Linear(t, attention, 2 * c.Width, c.Width))];
        double[][] found = [.. normal.Select(t => Linear(Attend(Linear(t, attention, 0, c.Width), keys, values, c.Heads), name + ".attention.out_proj"))];
        double[][] sum = [.. x.Zip(found, (a, b) => Add(a, b))];
        return
        [
            .. sum.Select(t =>
            {
                double[] wide = Linear(LayerNorm(t, name + ".norm2"), name + ".mlp.0");
                return Add(t, Linear([.. wide.Select(v => v * Sigmoid(v))], name + ".mlp.2"));
            }),
        ];
    }

    private static double[] Add(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];
}
