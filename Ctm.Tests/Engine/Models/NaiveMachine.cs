using Ctm.Engine.Files;
using Ctm.Engine.Models;

namespace Ctm.Tests.Engine.Models;

/// <summary>
/// A Continuous Thought Machine in plain double precision, written for being read: one sample at a time, every formula as the paper
/// has it, the synchronization by its definition over the whole history.
/// </summary>
internal sealed class NaiveMachine(CtmConfiguration c, StateDictionary state) : NaiveLayers(c, state)
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
            Think(tokens, (t, y) => predictions[t][b] = y);
        }

        return predictions;
    }

    private void Think(double[][] tokens, Action<int, double[]> answer)
    {
        int d = c.Neurons, m = c.MemoryLength;
        double[] z = this["start_activated_state"];
        double[][] history = c.HasNeuronLevelModels
            ? [.. Enumerable.Range(0, d).Select(n => this["start_trace"][(n * m)..((n + 1) * m)])]
            : [];
        var states = new List<double[]> { z };
        for (int t = 0; t < c.Ticks; t++)
        {
            double[] query = Linear(c.HasSynchronization ? Synchronization("action", states) : z, "q_proj");
            double[] a = Synapse([.. Attend(query, tokens), .. z]);
            for (int n = 0; n < history.Length; n++)
            {
                history[n] = [.. history[n][1..], a[n]];
            }

            z = c.HasNeuronLevelModels ? [.. Enumerable.Range(0, d).Select(n => Neuron(history[n], n))] : a;
            states.Add(z);
            answer(t, Linear(c.HasSynchronization ? Synchronization("out", states) : z, "output_projector.0"));
        }
    }

    private double[] Synchronization(string kind, List<double[]> states) => pairs.Of(kind, this[$"decay_params_{kind}"], states);

    private double[] Attend(double[] query, double[][] tokens)
    {
        int e = c.InputWidth;
        double[][] k = [.. tokens.Select(x => Linear(x, "attention.in_proj", e, e))];
        double[][] v = [.. tokens.Select(x => Linear(x, "attention.in_proj", 2 * e, e))];
        return Linear(Attend(Linear(query, "attention.in_proj", 0, e), k, v, c.Heads), "attention.out_proj");
    }

    private double[] Synapse(double[] input)
    {
        if (c.SynapseDepth == 1)
        {
            return LayerNorm(Glu(Linear(input, "synapses.1")), "synapses.3");
        }

        double[] Block(double[] x, string linear, string norm) => [.. LayerNorm(Linear(x, linear), norm).Select(v => v * Sigmoid(v))];
        var outputs = new List<double[]> { Block(input, "synapses.first_projection.0", "synapses.first_projection.1") };
        for (int i = 0; i < c.SynapseDepth - 1; i++)
        {
            outputs.Add(Block(outputs[i], $"synapses.down_projections.{i}.1", $"synapses.down_projections.{i}.2"));
        }

        double[] up = outputs[^1];
        for (int i = c.SynapseDepth - 2; i >= 0; i--)
        {
            up = Block(up, $"synapses.up_projections.{i}.1", $"synapses.up_projections.{i}.2");
            up = LayerNorm([.. up.Zip(outputs[i], (a, b) => a + b)], $"synapses.skip_lns.{i}");
        }

        return up;
    }

    private double Neuron(double[] history, int neuron)
    {
        double[] x = history;
        foreach (string layer in c.DeepNeuronLevelModels ? ["trace_processor.0.0", "trace_processor.0.2"] : new[] { "trace_processor.0.0" })
        {
            x = c.NormalizeHistory ? LayerNorm(x, layer + ".layernorm") : x;
            int outputs = this[layer + ".b1"].Length / c.Neurons;
            x = Glu(
            [
                .. Enumerable.Range(0, outputs).Select(o => (this[layer + ".b1"][(neuron * outputs) + o]
                    + x.Select((value, i) => value * this[layer + ".w1"][(((i * outputs) + o) * c.Neurons) + neuron]).Sum())
                    / this[layer + ".T"][0]),
            ]);
        }

        return x[0];
    }
}
