using Ctm.Engine.Backbones;
using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Tests.Engine.Models;

/// <summary>The layers of naive models in plain double precision, one sample at a time but for the compact backbone.</summary>
internal abstract partial class NaiveLayers(IBackboneConfiguration c, StateDictionary state)
{
    private readonly Dictionary<string, double[]> values = state
        .Where(t => t.Value.Kind == StateTensorKind.Single)
        .ToDictionary(t => t.Key, t => t.Value.Singles.Select(v => (double)v).ToArray());

    /// <summary>Parameters and float buffers, to be changed for differences.</summary>
    public double[] this[string name] => values[name];

    /// <summary>The naive form of a model.</summary>
    public static NaiveLayers Of(TickModelConfiguration configuration, StateDictionary state) => configuration switch
    {
        CtmConfiguration c => new NaiveMachine(c, state),
        LstmConfiguration c => new NaiveLstm(c, state),
        FeedForwardConfiguration c => new NaiveFeedForward(c, state),
        TransformerConfiguration c => new NaiveTransformer(c, state),
        _ => throw new ArgumentException($"There is no naive form of {configuration.Kind}."),
    };

    /// <summary>Predictions [T][B][outputs] in training mode: BatchNorm uses the statistics of the batch.</summary>
    public abstract double[][][] Forward(double[] images, int batch, int height, int width);

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

    /// <summary>Features of every sample and place, [B][places][channels], with the positions added.</summary>
    protected double[][][] Tokens(double[] images, int batch, int height, int width, string positions)
    {
        (double[] features, height, width) = Features(images, batch, height, width);
        int places = height * width, channels = features.Length / (batch * places);
        double[][] added = [.. Enumerable.Range(0, places).Select(p => Position(positions, p, height, width, channels))];
        double[] Token(int b, int p) =>
            [.. features[(((b * places) + p) * channels)..(((b * places) + p + 1) * channels)].Zip(added[p], (f, v) => f + v)];
        return [.. Enumerable.Range(0, batch).Select(b => Enumerable.Range(0, places).Select(p => Token(b, p)).ToArray())];
    }
}
