using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;

namespace Ctm.Tests.Engine.Modules;

/// <summary>Dropout on attention weights, which the golden cases do not have.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class SingleQueryAttentionTests(string deviceName)
{
    private const int Batch = 3, Tokens = 6, Width = 8, Heads = 2, Ticks = 3;
    private const float Probability = 0.4f;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void Forward_WithDropout_DropsAndScalesWeightsInTrainingOnly()
    {
        using var block = new Block(Device, Probability);
        using var plain = new Block(Device, 0f);
        float[] expected = plain.Run(recording: true, step: 1), weights = plain.Weights;
        Assert.That(block.Run(recording: false, step: 1), Is.EqualTo(expected));
        Assert.That(block.Weights, Is.EqualTo(weights));
        Assert.That(block.Run(recording: true, step: 1), Is.Not.EqualTo(expected));
        float[] dropped = block.Weights;
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.That(dropped[i], Is.EqualTo(0f).Or.EqualTo(weights[i] / (1 - Probability)).Within(1e-6f));
        }

        // 108 weights, of which two in five go: 4 standard deviations are 20.
        Assert.That(dropped.Count(w => w == 0f), Is.EqualTo(Probability * weights.Length).Within(20));
        float[][] ticks = [.. dropped.Chunk(Batch * Heads * Tokens)];
        Assert.That(ticks[1].Select(w => w == 0f), Is.Not.EqualTo(ticks[0].Select(w => w == 0f)));
        block.Run(recording: true, step: 1);
        Assert.That(block.Weights, Is.EqualTo(dropped));
        block.Run(recording: true, step: 2);
        Assert.That(block.Weights.Select(w => w == 0f), Is.Not.EqualTo(dropped.Select(w => w == 0f)));
    }

    [Test]
    public void Backward_WithDropout_EqualsDifferencesUnderTheSameMasks()
    {
        using var block = new Block(Device, Probability);
        block.Run(recording: true, step: 5);
        (string Name, float[] Values, float[] Gradient)[] inputs = block.Backward();
        Assert.Multiple(() =>
        {
            foreach ((string name, float[] values, float[] gradient) in inputs)
            {
                Compare(block, name, values, gradient);
            }
        });
    }

    // Single precision: the loss is exact to about 1e-6, so that a difference over 2e-2 is to about 1e-4.
    private void Compare(Block block, string name, float[] values, float[] gradient)
    {
        // The simulator takes half a second for a pass.
        int entries = deviceName == "cpu" ? 5 : 1;
        double scale = Math.Max(0.1, gradient.Max(Math.Abs));
        for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / entries))
        {
            const float step = 1e-2f;
            float at = values[i];
            double above = block.LossWith(name, values, i, at + step), below = block.LossWith(name, values, i, at - step);
            block.LossWith(name, values, i, at);
            Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * step)).Within(5e-3 * scale), $"{name}[{i}]");
        }
    }

    /// <summary>A block with inputs, and a loss: the outputs' product with fixed numbers.</summary>
    private sealed class Block : IDisposable
    {
        private readonly ParameterSet set;
        private readonly SingleQueryAttention attention;
        private readonly Tape tape;
        private readonly float[] tokens, queries, factors;
        private Tensor? tokenTensor, all;
        private Tensor[] queryTensors = [];

        public Block(ComputeDevice device, float dropout)
        {
            set = new ParameterSet(device);
            attention = new SingleQueryAttention(set, "attention", Width, Heads, dropout);
            set.Allocate(3);
            tape = new Tape(device) { Seed = 9 };
            using var buffers = new Buffers(device, 4);
            tokens = buffers.Values(Batch * Tokens * Width, 2f);
            queries = buffers.Values(Ticks * Batch * Width, 4f);
            factors = buffers.Values(Ticks * Batch * Width);
        }

        /// <summary>The latest weights of all ticks.</summary>
        public float[] Weights { get; private set; } = [];

        public float[] Run(bool recording, ulong step)
        {
            tape.Begin(recording, step);
            tokenTensor = tape.New(Batch * Tokens, Width);
            tokenTensor.Data.CopyFrom(tokens);
            queryTensors = [.. Enumerable.Range(0, Ticks).Select(_ => tape.New(Batch, Width))];
            attention.Begin(tape, tokenTensor, Batch);
            Tensor output = tokenTensor;
            tape.BeginRecurrence(Ticks);
            for (int t = 0; t < Ticks; t++)
            {
                queryTensors[t].Data.CopyFrom(queries.AsSpan(t * Batch * Width, Batch * Width));
                tape.BeginTick(t);
                output = attention.Forward(tape, queryTensors[t]);
            }

            tape.EndRecurrence();
            Weights = tape.AllTicks(attention.Weights!).Data.ToArray();
            all = tape.AllTicks(output);
            return all.Data.ToArray();
        }

        public (string Name, float[] Values, float[] Gradient)[] Backward()
        {
            set.ClearGradients();
            all!.Gradient.CopyFrom(factors);
            all.MarkGradient();
            tape.Backward();
            return
            [
                ("tokens", tokens, tokenTensor!.Gradient.ToArray()),
                ("queries", queries, [.. queryTensors.SelectMany(q => q.Gradient.ToArray())]),
                .. set.Parameters.Select(p => (p.Name, p.Data.ToArray(), p.Gradient.ToArray())),
            ];
        }

        public double LossWith(string name, float[] values, int place, float value)
        {
            values[place] = value;
            if (set.Parameters.FirstOrDefault(p => p.Name == name) is { } parameter)
            {
                parameter.Data.CopyFrom(values);
                set.Touch();
            }

            return Run(recording: true, step: 5).Zip(factors, (y, f) => (double)y * f).Sum();
        }

        public void Dispose()
        {
            tape.Dispose();
            set.Dispose();
        }
    }
}
