using Ctm.Engine.Autograd;
using Ctm.Engine.Modules;
using Ctm.Kernels.Devices;
using Ctm.Tests.Kernels;
using Ctm.Tests.Kernels.Lstm;

namespace Ctm.Tests.Engine.Modules;

/// <summary>Whole passes over some ticks against double precision and its central differences.</summary>
[TestFixtureSource(typeof(TestDevices), nameof(TestDevices.Names))]
internal sealed class LstmTests(string deviceName)
{
    private const int Batch = 3, Inputs = 5, Width = 6, Ticks = 4;

    private ComputeDevice Device => TestDevices.Open(deviceName);

    [Test]
    public void WholePass_OneCellAndLayers_EqualDoublePrecisionAndItsDifferences([Values(0, 1, 2, 3)] int layers)
    {
        using var set = new ParameterSet(Device);
        LstmCell? cell = layers == 0 ? new LstmCell(set, "lstm_cell", Inputs, Width) : null;
        LstmStack? stack = layers == 0 ? null : new LstmStack(set, "lstm", Inputs, Width, layers);
        string[] names = layers == 0
            ? ["lstm_cell.weight_ih", "lstm_cell.weight_hh", "lstm_cell.bias_ih", "lstm_cell.bias_hh"]
            : [.. from k in Enumerable.Range(0, layers) from n in new[] { "weight_ih", "weight_hh", "bias_ih", "bias_hh" } select $"lstm.{n}_l{k}"];
        Assert.That(set.Parameters.Select(p => p.Name), Is.EqualTo(names));
        set.Allocate(3);
        int count = Math.Max(1, layers);
        using var tape = new Tape(Device);
        using var buffers = new Buffers(Device, 9);
        tape.Begin(recording: true);
        Tensor[] inputs = [.. Enumerable.Range(0, Ticks).Select(_ => Values(tape, buffers, Inputs))];
        var states = new LstmState[count];
        for (int k = 0; k < count; k++)
        {
            states[k] = new LstmState(Values(tape, buffers, Width), Values(tape, buffers, Width));
        }

        Tensor[] starts = [.. states.SelectMany(s => new[] { s.Hidden, s.Cell })];
        Tensor top = inputs[0];
        tape.BeginRecurrence(Ticks);
        for (int t = 0; t < Ticks; t++)
        {
            tape.BeginTick(t);
            top = cell is null ? stack!.Forward(tape, inputs[t], states) : (states[0] = cell.Forward(tape, inputs[t], states[0])).Hidden;
        }

        tape.EndRecurrence();
        Tensor all = tape.AllTicks(top);
        float[] outputs = all.Data.ToArray(), given = buffers.Values(all.Length);
        all.Gradient.CopyFrom(given);
        all.MarkGradient();
        tape.Backward();

        double[][] values = [.. set.Parameters.Select(p => Oracle.Doubles(p.Data))];
        double[][] x = [.. inputs.Select(i => Oracle.Doubles(i.Data))], start = [.. starts.Select(s => Oracle.Doubles(s.Data))];
        double[] Run() => Naive(values, x, start, count);
        double Loss() => Run().Zip(given, (a, b) => a * b).Sum();
        Oracle.AreClose(outputs, Run(), 5e-6, "outputs");
        Assert.Multiple(() =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                Differences(Loss, values[i], set.Parameters[i].Gradient.ToArray(), names[i]);
            }

            foreach ((double[] v, Tensor tensor) in x.Zip(inputs).Concat(start.Zip(starts)))
            {
                Differences(Loss, v, tensor.Gradient.ToArray(), "input or start");
            }
        });
    }

    [Test]
    public void Forward_StatesOfAnotherShape_SaysWhichIsNeeded()
    {
        using var set = new ParameterSet(Device);
        var stack = new LstmStack(set, "lstm", Inputs, Width, 2);
        set.Allocate(3);
        using var tape = new Tape(Device);
        tape.Begin(recording: false);
        Tensor input = tape.New(Batch, Inputs), state = tape.New(Batch, Width + 1);
        LstmState[] states = [new(state, state), new(state, state)];
        Assert.That(
            () => stack.Forward(tape, input, states), Throws.ArgumentException.With.Message.Contains("must be [3, 6]").And.Message.Contains("[3, 7]"));
        Assert.That(() => stack.Forward(tape, input, states.AsSpan(1)), Throws.ArgumentException.With.Message.Contains("2 layers"));
    }

    private static Tensor Values(Tape tape, Buffers buffers, int columns)
    {
        Tensor tensor = tape.New(Batch, columns);
        tensor.Data.CopyFrom(buffers.Values(tensor.Length));
        return tensor;
    }

    private static double[] Naive(double[][] values, double[][] inputs, double[][] starts, int layers)
    {
        double[][] state = [.. starts];
        var outputs = new List<double>();
        foreach (double[] input in inputs)
        {
            double[] x = input;
            for (int k = 0; k < layers; k++)
            {
                double[][] p = values[(4 * k)..((4 * k) + 4)];
                var gates = new double[Batch * 4 * Width];
                for (int at = 0; at < gates.Length; at++)
                {
                    int b = at / (4 * Width), row = at % (4 * Width);
                    gates[at] = p[2][row] + p[3][row] + Dot(p[0], row, x, b) + Dot(p[1], row, state[2 * k], b);
                }

                (_, state[(2 * k) + 1], state[2 * k]) = LstmOracle.Forward(gates, state[(2 * k) + 1], Width);
                x = state[2 * k];
            }

            outputs.AddRange(x);
        }

        return [.. outputs];
    }

    private static double Dot(double[] weight, int row, double[] x, int sample)
    {
        int columns = x.Length / Batch;
        return Enumerable.Range(0, columns).Sum(i => weight[(row * columns) + i] * x[(sample * columns) + i]);
    }

    private static void Differences(Func<double> loss, double[] values, float[] gradient, string what)
    {
        double scale = gradient.Max(Math.Abs);
        for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / 12))
        {
            const double step = 1e-6;
            double at = values[i];
            values[i] = at + step;
            double above = loss();
            values[i] = at - step;
            double below = loss();
            values[i] = at;
            Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * step)).Within(5e-6 * scale), $"{what}[{i}]");
        }
    }
}
