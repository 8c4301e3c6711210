using Ctm.Engine.Backbones;
using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Tests.Engine.Models;

/// <summary>The layers of naive models in plain double precision, one sample at a time but for the compact backbone.</summary>
internal abstract class NaiveLayers(IBackboneConfiguration c, StateDictionary state)
{
    private readonly Dictionary<string, double[]> values = state
        .Where(t => t.Value.Kind == StateTensorKind.Single)
        .ToDictionary(t => t.Key, t => t.Value.Singles.Select(v => (double)v).ToArray());

    /// <summary>Parameters and float buffers, to be changed for differences.</summary>
    public double[] this[string name] => values[name];

    /// <summary>The naive form of a model with the compact backbone.</summary>
    public static NaiveLayers Of(TickModelConfiguration configuration, StateDictionary state) => configuration switch
    {
        CtmConfiguration c => new NaiveMachine(c, state),
        LstmConfiguration c => new NaiveLstm(c, state),
        FeedForwardConfiguration c => new NaiveFeedForward(c, state),
        TransformerConfiguration c => new NaiveTransformer(c, state),
        _ => throw new ArgumentException($"There is no naive form of {configuration.Kind}."),
    };

    /// <summary>Predictions [T][B][outputs] in training mode: BatchNorm uses the statistics of the batch.</summary>
    public abstract double[][][] Forward(double[] images, int batch, int size);

    protected static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    protected static double[] Glu(double[] x) => [.. Enumerable.Range(0, x.Length / 2).Select(i => x[i] * Sigmoid(x[(x.Length / 2) + i]))];

    protected double[] Linear(double[] x, string name)
    {
        return Linear(x, name, 0, values[name + ".bias"].Length);
    }

    protected double[] Linear(double[] x, string name, int first, int count)
    {
        string weight = values.ContainsKey(name + ".weight") ? name + ".weight" : name + "_weight";
        string bias = values.ContainsKey(name + ".bias") ? name + ".bias" : name + "_bias";
        double[] w = values[weight];
        return
        [
            .. Enumerable.Range(first, count).Select(o =>
            {
                double sum = values[bias][o];
                for (int i = 0; i < x.Length; i++)
                {
                    sum += x[i] * w[(o * x.Length) + i];
                }

                return sum;
            }),
        ];
    }

    protected double[] LayerNorm(double[] x, string name)
    {
        double mean = x.Average(), variance = x.Average(v => (v - mean) * (v - mean));
        return [.. x.Select((v, i) => ((v - mean) / Math.Sqrt(variance + 1e-5) * values[name + ".weight"][i]) + values[name + ".bias"][i])];
    }

    protected static double[] Attend(double[] query, double[][] keys, double[][] tokens, int heads)
    {
        int head = query.Length / heads;
        var result = new double[query.Length];
        for (int h = 0; h < heads; h++)
        {
            int at = h * head;
            double[] scores = [.. keys.Select(key => Enumerable.Range(at, head).Sum(i => query[i] * key[i]) / Math.Sqrt(head))];
            double[] weights = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
            for (int i = at; i < at + head; i++)
            {
                result[i] = weights.Zip(tokens, (w, value) => w * value[i]).Sum() / weights.Sum();
            }
        }

        return result;
    }

    /// <summary>Features of every sample and place, [B][places][channels], with learned positions where there are any.</summary>
    protected double[][][] Tokens(double[] images, int batch, int size, string positions)
    {
        (double[] features, int side) = Backbone(images, batch, size);
        int places = side * side, channels = c.BackboneChannels;
        double[] Token(int b, int p)
        {
            double[] x = features[(((b * places) + p) * channels)..(((b * places) + p + 1) * channels)];
            for (int i = 0; positions == "learned" && i < channels; i++)
            {
                x[i] += values["positional_embedding.weight"][(p * channels) + i];
            }

            return x;
        }

        return [.. Enumerable.Range(0, batch).Select(b => Enumerable.Range(0, places).Select(p => Token(b, p)).ToArray())];
    }

    private (double[] Features, int Side) Backbone(double[] images, int batch, int size)
    {
        double[] x = images;
        int channels = c.ImageChannels;
        for (int layer = 0; layer < c.BackboneLayers; layer++)
        {
            double[] input = x;
            (x, size) = Convolution(x, batch, size, channels, $"backbone.conv{layer + 1}.weight", layer == 1 ? c.BackboneStride : 1);
            channels = c.BackboneChannels;
            BatchNormRelu(x, layer > 1 ? input : new double[x.Length], channels, $"backbone.bn{layer + 1}");
        }

        return (x, size);
    }

    private (double[] Values, int Side) Convolution(double[] x, int batch, int size, int inputs, string name, int stride)
    {
        int outputs = c.BackboneChannels, padding = stride == 1 ? 1 : 0, side = stride == 1 ? size : ((size - 3) / stride) + 1;
        var y = new double[batch * side * side * outputs];
        for (int at = 0; at < y.Length; at++)
        {
            int o = at % outputs, column = at / outputs % side, row = at / (outputs * side) % side, b = at / (outputs * side * side);
            for (int tap = 0; tap < 9 * inputs; tap++)
            {
                int i = tap / 9, r = (row * stride) + (tap / 3 % 3) - padding, s = (column * stride) + (tap % 3) - padding;
                if (r >= 0 && r < size && s >= 0 && s < size)
                {
                    y[at] += x[(((((b * size) + r) * size) + s) * inputs) + i] * values[name][(o * 9 * inputs) + tap];
                }
            }
        }

        return (y, side);
    }

    private void BatchNormRelu(double[] x, double[] addend, int channels, string name)
    {
        for (int ch = 0; ch < channels; ch++)
        {
            double[] column = [.. x.Where((_, i) => i % channels == ch)];
            double mean = column.Average(), variance = column.Average(v => (v - mean) * (v - mean));
            for (int i = ch; i < x.Length; i += channels)
            {
                double normal = (x[i] - mean) / Math.Sqrt(variance + 1e-5);
                x[i] = Math.Max(0, (normal * values[name + ".weight"][ch]) + values[name + ".bias"][ch] + addend[i]);
            }
        }
    }
}
